package io.vitrine.djl;

import ai.djl.modality.Input;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.BytesSupplier;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;

/**
 * Makes an image file of an input.
 *
 * @param <I> what the caller gives
 */
@FunctionalInterface
interface ImageInput<I> extends Serializable {
    /** The file. Its array is not written to. */
    byte[] file(I input) throws ImageRejectedException;

    /** A file's bytes. */
    static byte[] ofBytes(byte[] file) throws ImageRejectedException {
        if (file == null) {
            throw new ImageRejectedException(RejectionReason.MISSING, "the image is null");
        }
        return file;
    }

    /** The pixels of DJL's image, as a PNG, which keeps each of them. */
    static byte[] ofImage(Image image) throws ImageRejectedException {
        if (image == null) {
            throw new ImageRejectedException(RejectionReason.MISSING, "the image is null");
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            image.save(png, "png");
        } catch (IOException e) {
            throw new ImageRejectedException(
                    RejectionReason.UNREADABLE, "DJL's image gives no pixels: " + e.getMessage());
        }
        return png.toByteArray();
    }

    /** The data of a request to DJL Serving. */
    static byte[] ofRequest(Input request) throws ImageRejectedException {
        BytesSupplier data = request.getContent().isEmpty() ? null : request.getData();
        if (data == null) {
            throw new ImageRejectedException(RejectionReason.MISSING, "the request has no data");
        }
        return data.getAsBytes();
    }
}
