package io.vitrine.catalog;

import io.vitrine.RejectionReason;
import io.vitrine.archive.Flaw;
import io.vitrine.archive.PackedContents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds members of archives by their paths, without Spark. At most {@value #MOST_AT_A_TIME} archives are read at a time, each with the
 * memory of {@link io.vitrine.archive.ArchiveIndex}. One that takes longer than a caller waits is read to its end, for the next call.
 * What archives hold is remembered, in at most 64 MiB, as long as they do not change. Used by one thread.
 */
public final class MemberFinder implements AutoCloseable {
    /** How many archives are read at a time. */
    public static final int MOST_AT_A_TIME = 4;

    private static final long REMEMBERED_BYTES = 64 << 20;

    private final ArchiveLookup lookup;
    private final Map<String, FutureTask<ListedArchive>> running = new HashMap<>();
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

    /** Begins to read an archive, if not too many are being read. */
    public void begin(String archive) {
        running.values().removeIf(task -> task.isDone() && settle(task));
        if (running.size() < MOST_AT_A_TIME && !running.containsKey(archive)) {
            Optional<ListedArchive> known = Optional.ofNullable(remembered.get(archive));
            FutureTask<ListedArchive> task = new FutureTask<>(() -> lookup.find(ImageRef.unlisted(archive), known));
            Thread thread = new Thread(task, "vitrine-archive");
            thread.setDaemon(true);
            thread.start();
            running.put(archive, task);
        }
    }

    /** Remembers the result of a task that has ended; returns true. */
    private boolean settle(FutureTask<ListedArchive> task) {
        try {
            remember(task.get());
        } catch (ExecutionException e) {
            // The next call tries again, and explains it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /**
     * Where members of one archive are. A member that is not there is {@linkplain ImageSource.Unavailable unavailable}, with the reason.
     *
     * @param members their paths
     * @param limit the time for it
     * @return by path
     * @throws SocketTimeoutException if it takes longer
     * @throws IOException if the archive can't be read now, or the thread is interrupted
     */
    public Map<String, ImageRef> find(String archive, Set<String> members, Duration limit) throws IOException {
        begin(archive);
        FutureTask<ListedArchive> task = running.get(archive);
        if (task == null) {
            throw new SocketTimeoutException("other archives are being read");
        }
        ListedArchive listed = await(task, limit);
        running.remove(archive);
        remember(listed);
        return find(listed, members);
    }

    private ListedArchive await(FutureTask<ListedArchive> task, Duration limit) throws IOException {
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("no end within " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for storage");
        } catch (ExecutionException e) {
            running.values().remove(task);
            throw new IOException(
                    e.getCause() instanceof OutOfMemoryError
                            ? "not enough memory for it"
                            : e.getCause().getMessage(),
                    e);
        }
    }

    private static Map<String, ImageRef> find(ListedArchive listed, Set<String> members) {
        ImageRef archive = listed.archive();
        PackedContents.Reader reader = listed.contents().open();
        Flaw missing = reader.flaw().orElse(new Flaw(RejectionReason.MISSING, "the archive has no such member now"));
        Map<String, ImageRef> found = new HashMap<>(); // by name
        for (String path : members) {
            found.put(path.substring(archive.path().length() + 1), unavailable(path, missing));
        }
        reader.forEachRemaining(
                member -> found.computeIfPresent(member.name(), (name, absent) -> MemberRows.ref(archive, member)));
        Map<String, ImageRef> byPath = new HashMap<>();
        found.values().forEach(ref -> byPath.put(ref.path(), ref));
        return byPath;
    }

    private static ImageRef unavailable(String path, Flaw flaw) {
        return new ImageRef(path, 0, 0, null, new ImageSource.Unavailable(flaw.reason(), flaw.message()));
    }

    /** A damaged archive is read again each time, unless its version tag says that it is the same. */
    private void remember(ListedArchive listed) {
        ListedArchive before = remembered.remove(listed.archive().path());
        rememberedBytes -= before == null ? 0 : bytes(before);
        if (listed.origin() == ListedArchive.Origin.UNSETTLED
                && listed.archive().etag() == null) {
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

    /** Interrupts what is being read. */
    @Override
    public void close() {
        running.values().forEach(task -> task.cancel(true));
    }
}
