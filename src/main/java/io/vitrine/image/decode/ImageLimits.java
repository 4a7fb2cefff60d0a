package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

/**
 * The largest images that are decoded. Larger ones are rejected before any decoder runs, so that memory and time are bounded.
 *
 * @param maxBytes length of the file, and encoded bytes that are decoded
 * @param maxPixels width times height. Tiles may hold twice as many; scans and coding passes may go through 32 times as many.
 */
public record ImageLimits(long maxBytes, long maxPixels) implements Serializable {
    public static final long DEFAULT_MAX_BYTES = 256L << 20;

    /** Twice Pillow's {@code Image.MAX_IMAGE_PIXELS}, from which on Pillow raises {@code DecompressionBombError}. */
    public static final long DEFAULT_MAX_PIXELS = 178_956_970;

    public static final ImageLimits DEFAULT = new ImageLimits(DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS);

    /** Tiles may hold this many times the pixels of the largest image: they reach past its edges. */
    private static final int MAX_PADDING = 2;

    /**
     * Scans of the largest image. With the default limit, a JPEG of 179 million pixels may have 32 scans, and one of 12 million
     * pixels 477. Encoders write about 10.
     */
    private static final int MAX_SCANS_OF_LARGEST = 32;

    private static final int MAX_SIDE = 1 << 20; // OpenCV's CV_IO_MAX_IMAGE_WIDTH and _HEIGHT

    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    void check(ImageHeader header) throws ImageRejectedException {
        if (Math.max(header.width(), header.height()) > MAX_SIDE) {
            throw tooLarge(header, MAX_SIDE + " pixels per side");
        }
        if ((long) header.width() * header.height() > maxPixels) {
            throw tooLarge(header, maxPixels + " (--max-pixels)");
        }
        if (header.paddedPixels() / MAX_PADDING > maxPixels) {
            throw tooLarge(header.width() + " x " + header.height() + " pixels in tiles or copies that hold "
                    + header.paddedPixels() + "; the limit is " + MAX_PADDING + " times " + maxPixels
                    + " (--max-pixels)");
        }
        if (header.setupPixels() / MAX_PADDING > maxPixels) {
            throw tooLarge(
                    header.width() + " x " + header.height() + " pixels in so many parts that they cost as much as "
                            + header.setupPixels() + "; the limit is " + MAX_PADDING + " times " + maxPixels
                            + " (--max-pixels)");
        }
        if (header.scannedPixels() / MAX_SCANS_OF_LARGEST > maxPixels) {
            throw tooLarge(
                    header.width() + " x " + header.height() + " pixels in scans or coding passes that repeat them to "
                            + header.scannedPixels() + "; the limit is " + MAX_SCANS_OF_LARGEST + " times " + maxPixels
                            + " (--max-pixels)");
        }
        if (header.dataBytes() > maxBytes) {
            throw ImageRejectedException.tooManyBytes(
                    "the image is decoded from " + header.dataBytes() + " bytes, some of them repeatedly", maxBytes);
        }
    }

    /** Length of an array for all pixels, which Java limits more than {@code --max-pixels} does where a pixel takes many bytes. */
    static int arrayLength(ImageHeader header, int bytesPerPixel) throws ImageRejectedException {
        long length = (long) bytesPerPixel * header.width() * header.height();
        if (length > MAX_ARRAY) {
            throw tooLarge(header, MAX_ARRAY / bytesPerPixel + " for a " + header.format() + " of this kind");
        }
        return (int) length;
    }

    /** The same for an image or a part of it that is being decoded; values are bytes or samples. */
    static int arrayLength(int width, int height, int valuesPerPixel) throws ImageRejectedException {
        long length = (long) valuesPerPixel * width * height;
        if (length > MAX_ARRAY) {
            throw tooLarge(width + " x " + height + " pixels; the limit is " + MAX_ARRAY / valuesPerPixel
                    + " for an image of this kind");
        }
        return (int) length;
    }

    private static ImageRejectedException tooLarge(ImageHeader header, String limit) {
        return tooLarge(header.width() + " x " + header.height() + " pixels; the limit is " + limit);
    }

    private static ImageRejectedException tooLarge(String message) {
        return new ImageRejectedException(RejectionReason.TOO_LARGE, message);
    }
}
