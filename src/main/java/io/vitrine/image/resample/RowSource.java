package io.vitrine.image.resample;

import io.vitrine.image.RgbImage;

/**
 * An image's rows, from the top down.
 *
 * @param <A> {@code int[]} or {@code float[]}: what holds a row
 */
interface RowSource<A> {
    /** Reads a row; rows are asked for in their order. */
    void read(int y, A into);

    /** The rows of {@code image} as they are, from 0 to 255. */
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
     * The same as floats.
     *
     * @param levels what each level counts as
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
