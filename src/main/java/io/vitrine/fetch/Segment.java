package io.vitrine.fetch;

import io.vitrine.archive.Extent;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Members of an archive that lie one after the other. Used by one thread. */
final class Segment {
    /** Bytes between two members that are read rather than left out by another request: sidecars, headers. */
    private static final long MAX_GAP = 256 << 10;

    private final List<ImageRef> refs = new ArrayList<>();
    private final ImageSource.ArchiveMember first;
    private final long limit;
    private final Predicate<ImageRef> isReadable;
    private long end;
    private long lengths;

    Segment(ImageRef ref, ImageSource.ArchiveMember member, long limit, Predicate<ImageRef> isReadable) {
        this.first = member;
        this.limit = limit;
        this.isReadable = isReadable;
        append(ref, member.extent());
    }

    private void append(ImageRef ref, Extent extent) {
        refs.add(ref);
        end = extent.end();
        lengths += ref.length();
    }

    boolean add(ImageRef next) {
        if (!(next.source() instanceof ImageSource.ArchiveMember member)
                || !member.archive().equals(first.archive())) {
            return false;
        }
        Extent extent = member.extent();
        boolean isNear = extent.offset() >= end && extent.offset() - end <= MAX_GAP;
        boolean fits = extent.end() - first.extent().offset() <= limit && lengths + next.length() <= limit;
        if (!isNear || !fits || !isReadable.test(next)) {
            return false;
        }
        append(next, extent);
        return true;
    }

    List<ImageRef> refs() {
        return refs;
    }

    /** The extent of a member of this segment. */
    static Extent extent(ImageRef ref) {
        return ((ImageSource.ArchiveMember) ref.source()).extent();
    }

    /** The archive as an object. */
    ImageRef object() {
        ImageRef ref = refs.get(0);
        return new ImageRef(first.archive(), first.archiveLength(), ref.modified(), ref.etag());
    }

    long offset() {
        return first.extent().offset();
    }

    /** Bytes from the first member to the end of the last. */
    int length() {
        return Math.toIntExact(end - offset());
    }

    /** The bytes of all members, unpacked. */
    long lengths() {
        return lengths;
    }

    boolean isZip() {
        Extent.Packing packing = first.extent().packing();
        return packing == Extent.Packing.ZIP_STORED || packing == Extent.Packing.ZIP_DEFLATED;
    }
}
