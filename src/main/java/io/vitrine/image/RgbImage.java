package io.vitrine.image;

import io.vitrine.Size;

/**
 * Decoded pixels: 8-bit red, green, blue, row-major, in the first {@code 3 * width * height} bytes of an array that may be
 * longer and is reused by its owner.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RgbImage(byte[] pixels, int width, int height) {

    /** Width times height times three. */
    public int length() {
        return 3 * width * height;
    }

    public Size size() {
        return new Size(height, width);
    }
}
