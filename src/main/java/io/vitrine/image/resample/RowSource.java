package io.vitrine.image.resample;

import io.vitrine.image.RgbImage;

/**
 * The rows of an image.
 *
 * @param <A> a row: {@code int[]} or {@code float[]}
 */
interface RowSource<A> {
    /** Reads row {@code y}. Callers read rows from the top down. */
    void read(int y, A into);

    /** The rows of {@code image} as integers from 0 to 255. */
    static RowSource<int[]> of(RgbImage image) {
        byte[] pixels = image.pixels();
        int length = 3 * image.width();
        return (y, into) -> {
            int at = y * length;
            for (int i = 0; i < length; i++) {
                into[i] = pixels[at + i] & 0xff;
            }
        };
    }

    /**
     * The rows of {@code image} as floats.
     *
     * @param levels the value of each of the 256 pixel levels
     */
    static RowSource<float[]> of(RgbImage image, float[] levels) {
        byte[] pixels = image.pixels();
        int length = 3 * image.width();
        return (y, into) -> {
            int at = y * length;
            for (int i = 0; i < length; i++) {
                into[i] = levels[pixels[at + i] & 0xff];
            }
        };
    }
}
