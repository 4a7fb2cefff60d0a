package io.vitrine.job.plan;

import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a task reads an image. The members of a segment follow each other as their bytes do. Other images have no order: by their
 * paths, a task would ask one web server after the other.
 *
 * @param segment of the image
 * @param offset in the archive; -1 for an image of its own
 */
record ReadPlace(String segment, long offset) implements Comparable<ReadPlace>, Serializable {
    private static final long serialVersionUID = 1;
    private static final Comparator<ReadPlace> ORDER =
            Comparator.comparing(ReadPlace::shared).thenComparingLong(ReadPlace::offset);

    static ReadPlace of(ImageRef ref) {
        return new ReadPlace(
                ref.segment(),
                ref.source() instanceof ImageSource.ArchiveMember member
                        ? member.extent().offset()
                        : -1);
    }

    private String shared() {
        return offset < 0 ? "" : segment;
    }

    /** Not consistent with equals: all images of their own are alike. */
    @Override
    public int compareTo(ReadPlace other) {
        return ORDER.compare(this, other);
    }
}
