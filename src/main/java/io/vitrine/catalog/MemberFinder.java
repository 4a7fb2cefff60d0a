package io.vitrine.catalog;

import io.vitrine.RejectionReason;
import io.vitrine.archive.Flaw;
import io.vitrine.archive.PackedContents;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds members of archives by their paths, without Spark. What archives hold is remembered, in at most 64 MiB, as long as they do not
 * change. Used by one thread.
 */
public final class MemberFinder {
    private static final long REMEMBERED_BYTES = 64 << 20;

    private final ArchiveLookup lookup;
    private final Map<String, ListedArchive> remembered = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
    private long rememberedBytes;

    /** @param kept the folder where runs may have kept what archives hold */
    public MemberFinder(Configuration hadoop, String kept) {
        this.lookup = new ArchiveLookup(hadoop, List.of(), List.of(new KeptContents(kept, List.of())));
    }

    /** The path of the archive whose member {@code path} is. */
    public static String archive(String path) {
        return path.substring(0, ArchivePaths.archiveEnd(path));
    }

    /**
     * Where members of one archive are. A member that is not there is {@linkplain ImageSource.Unavailable unavailable}, with the reason.
     *
     * @param members their paths
     * @param limit the time for it
     * @return by path
     * @throws java.net.SocketTimeoutException if it takes longer
     * @throws IOException if the thread is interrupted
     * @throws io.vitrine.StorageException if the archive can't be read now
     */
    public Map<String, ImageRef> find(String archive, Set<String> members, Duration limit) throws IOException {
        Optional<ListedArchive> known = Optional.ofNullable(remembered.get(archive));
        ListedArchive listed =
                StorageDeadline.of(limit).call(() -> lookup.find(ImageRef.unlisted(archive), known));
        remember(listed);
        PackedContents.Reader reader = listed.contents().open();
        Map<String, ImageRef> found = new HashMap<>();
        reader.forEachRemaining(member -> {
            ImageRef ref = MemberRows.ref(listed.archive(), member);
            if (members.contains(ref.path())) {
                found.put(ref.path(), ref);
            }
        });
        Flaw missing = reader.flaw().orElse(new Flaw(RejectionReason.MISSING, "the archive has no such member now"));
        for (String path : members) {
            found.computeIfAbsent(path, absent -> unavailable(absent, missing));
        }
        return found;
    }

    private static ImageRef unavailable(String path, Flaw flaw) {
        return new ImageRef(path, 0, 0, null, new ImageSource.Unavailable(flaw.reason(), flaw.message()));
    }

    private void remember(ListedArchive listed) {
        ListedArchive before = remembered.remove(listed.archive().path());
        rememberedBytes -= before == null ? 0 : bytes(before);
        if (listed.origin() == ListedArchive.Origin.UNSETTLED) {
            return;
        }
        remembered.put(listed.archive().path(), listed);
        rememberedBytes += bytes(listed);
        Iterator<ListedArchive> oldest = remembered.values().iterator();
        while (rememberedBytes > REMEMBERED_BYTES) {
            rememberedBytes -= bytes(oldest.next());
            oldest.remove();
        }
    }

    private static long bytes(ListedArchive listed) {
        return listed.contents().bytes().length;
    }
}
