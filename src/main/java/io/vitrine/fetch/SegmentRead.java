package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import java.util.List;

/** A read of members that lie one after the other in an archive. */
abstract class SegmentRead implements SharedRead {
    private final Segment segment;

    SegmentRead(Segment segment) {
        this.segment = segment;
    }

    final Segment segment() {
        return segment;
    }

    @Override
    public final boolean add(ImageRef next) {
        return segment.add(next);
    }

    @Override
    public final List<ImageRef> refs() {
        return segment.refs();
    }

    @Override
    public final ImageRef object() {
        return segment.object();
    }

    /** The place of a member among the bytes of the segment. */
    final int from(ImageRef ref) {
        return (int) (Segment.extent(ref).offset() - segment.offset());
    }

    /** The result where an array of {@code bytes} has no room. */
    final Result outOfMemory(long bytes) {
        return Result.refused(
                refs(),
                new ImageRejectedException(
                        RejectionReason.OUT_OF_MEMORY, bytes + " bytes need more memory than this executor has left"));
    }
}
