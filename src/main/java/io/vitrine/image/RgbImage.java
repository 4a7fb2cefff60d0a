package io.vitrine.image;

import io.vitrine.Size;

/**
 * Decoded 8-bit RGB pixels. The owner of the array may reuse it for the next image.
 *
 * @param pixels (height, width, 3), row-major; the array may be longer than {@link #length}
 * @param width in pixels
 * @param height in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RgbImage(byte[] pixels, int width, int height) {

    /** Bytes in use: 3 * width * height. */
    public int length() {
        return 3 * width * height;
    }

    public Size size() {
        return new Size(height, width);
    }
}
