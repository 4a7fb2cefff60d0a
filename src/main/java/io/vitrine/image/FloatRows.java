package io.vitrine.image;

/** An image's rows as floats, from the top down. */
interface FloatRows {
    /** Reads a row; rows are asked for in their order. */
    void read(int y, float[] into);

    /**
     * The rows of {@code image} as they are.
     *
     * @param levels what each level counts as
     */
    static FloatRows of(RgbImage image, float[] levels) {
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
