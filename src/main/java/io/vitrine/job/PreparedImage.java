package io.vitrine.job;

import io.vitrine.Rejected;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.ImageHeader;
import java.io.Serializable;

/**
 * An image ready for the model, or rejected.
 *
 * @param ref as known after reading
 * @param header null if it could not be read
 * @param rejected null if there are pixels
 * @param pixels valid until the next image is prepared
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PreparedImage(WorkItem item, ImageRef ref, ImageHeader header, Rejected rejected, byte[] pixels)
        implements Serializable {

    /** With pixels of its own. */
    PreparedImage kept() {
        return pixels == null ? this : new PreparedImage(item, ref, header, rejected, pixels.clone());
    }
}
