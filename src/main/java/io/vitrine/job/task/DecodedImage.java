package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.job.rows.WorkItem;
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
record DecodedImage(WorkItem item, ImageRef ref, ImageHeader header, ImageRejectedException rejected, byte[] pixels)
        implements Serializable {

    /** With pixels of its own. */
    DecodedImage kept() {
        return pixels == null ? this : new DecodedImage(item, ref, header, rejected, pixels.clone());
    }
}
