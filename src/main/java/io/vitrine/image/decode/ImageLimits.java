package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

/**
 * The largest images that are decoded. Larger ones are rejected before any decoder runs.
 *
 * @param maxBytes length of the file
 * @param maxPixels width times height
 */
public record ImageLimits(long maxBytes, long maxPixels) implements Serializable {
    public static final long DEFAULT_MAX_BYTES = 256L << 20;

    /** Twice Pillow's {@code Image.MAX_IMAGE_PIXELS}, from which on Pillow raises {@code DecompressionBombError}. */
    public static final long DEFAULT_MAX_PIXELS = 178_956_970;

    public static final ImageLimits DEFAULT = new ImageLimits(DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS);

    private static final int MAX_SIDE = 1 << 20; // OpenCV's CV_IO_MAX_IMAGE_WIDTH and _HEIGHT

    void check(ImageHeader header) throws ImageRejectedException {
        if (Math.max(header.width(), header.height()) > MAX_SIDE) {
            throw tooLarge(header, MAX_SIDE + " pixels per side");
        }
        if ((long) header.width() * header.height() > maxPixels) {
            throw tooLarge(header, maxPixels + " (--max-pixels)");
        }
    }

    private static ImageRejectedException tooLarge(ImageHeader header, String limit) {
        return new ImageRejectedException(
                RejectionReason.TOO_LARGE, header.width() + " x " + header.height() + " pixels; the limit is " + limit);
    }
}
