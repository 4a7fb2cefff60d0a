package io.vitrine.image;

/** An image's rows, from the top down. */
interface Rows {
    /**
     * Reads a row; rows are asked for in their order.
     *
     * @param into takes its bytes as numbers from 0 to 255
     */
    void read(int y, int[] into);

    /** The rows of {@code image} as they are. */
    static Rows of(RgbImage image) {
        byte[] pixels = image.pixels();
        int length = 3 * image.width();
        return (y, into) -> {
            int at = y * length;
            for (int i = 0; i < length; i++) {
                into[i] = pixels[at + i] & 0xff;
            }
        };
    }
}
