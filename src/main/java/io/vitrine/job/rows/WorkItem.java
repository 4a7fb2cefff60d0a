package io.vitrine.job.rows;

import io.vitrine.catalog.ImageRef;
import java.io.Serializable;

/**
 * One input row: an image, and the values carried through from its table.
 *
 * @param carried in the order of the table's other columns; empty for a listing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WorkItem(ImageRef ref, Object[] carried) implements Serializable {
    private static final Object[] NOTHING = new Object[0];

    /** The same row without the bytes of its image's cell. */
    public WorkItem withoutBytes() {
        return new WorkItem(ref.withoutBytes(), carried);
    }

    /** A listed image, which carries nothing. */
    public static WorkItem of(ImageRef ref) {
        return new WorkItem(ref, NOTHING);
    }
}
