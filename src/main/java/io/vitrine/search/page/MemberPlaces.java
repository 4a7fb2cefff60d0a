package io.vitrine.search.page;

import io.vitrine.RejectionReason;
import io.vitrine.archive.Extent;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.MemberFinder;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Finds the images of a page that are members of archives, archive by archive. Some archives are read ahead. No archive takes more than
 * half of the time that is left. Members far behind in compressed tars are refused: what is before them has to be unpacked.
 */
final class MemberPlaces implements Iterator<List<ImageRef>> {
    /** Takes some seconds. */
    private static final long MAX_UNPACKED_BYTES = 512L << 20;

    private final MemberFinder finder;
    private final long end;
    private final Map<String, Set<String>> archives = new LinkedHashMap<>();
    private final List<String> next;

    /**
     * @param members paths of members, the most wanted first
     * @param end the {@link System#nanoTime} at which it gives up
     */
    MemberPlaces(MemberFinder finder, List<String> members, long end) {
        this.finder = finder;
        this.end = end;
        for (String path : members) {
            archives.computeIfAbsent(MemberFinder.archive(path), archive -> new LinkedHashSet<>())
                    .add(path);
        }
        this.next = new ArrayList<>(archives.keySet());
    }

    @Override
    public boolean hasNext() {
        return !next.isEmpty();
    }

    /** The members of the next archive, in the order of its bytes. */
    @Override
    public List<ImageRef> next() {
        if (next.isEmpty()) {
            throw new NoSuchElementException();
        }
        next.stream().limit(MemberFinder.MOST_AT_A_TIME).forEach(finder::begin);
        String archive = next.remove(0);
        return find(archive, archives.get(archive)).values().stream()
                .map(MemberPlaces::withinReach)
                .sorted(ImageRef.BY_PLACE)
                .toList();
    }

    private Map<String, ImageRef> find(String archive, Set<String> members) {
        Duration left = Duration.ofNanos((end - System.nanoTime()) / 2);
        try {
            return finder.find(archive, members, left.isNegative() ? Duration.ZERO : left);
        } catch (SocketTimeoutException e) {
            String message = "finding the members of " + archive + " takes too long: " + e.getMessage();
            return unavailable(members, RejectionReason.TIMED_OUT, message);
        } catch (IOException e) {
            return unavailable(members, RejectionReason.UNREADABLE, e.getMessage());
        }
    }

    private static Map<String, ImageRef> unavailable(Set<String> members, RejectionReason reason, String message) {
        Map<String, ImageRef> refs = new HashMap<>();
        members.forEach(path -> refs.put(path, unavailable(path, reason, message)));
        return refs;
    }

    private static ImageRef unavailable(String path, RejectionReason reason, String message) {
        return new ImageRef(path, 0, 0, null, new ImageSource.Unavailable(reason, message));
    }

    private static ImageRef withinReach(ImageRef ref) {
        boolean isFar = ref.source() instanceof ImageSource.ArchiveMember member
                && member.extent().packing() == Extent.Packing.GZIP_STREAM
                && member.extent().offset() + ref.length() > MAX_UNPACKED_BYTES;
        return isFar
                ? unavailable(
                        ref.path(),
                        RejectionReason.UNSUPPORTED,
                        "it ends behind " + (MAX_UNPACKED_BYTES >> 20)
                                + " MiB of a compressed tar, which pages do not unpack")
                : ref;
    }
}
