package io.vitrine.image.decode;

/** Pillow's CMYK to RGB: {@code nk - c * nk / 255} with nk = 255 - K and a rounding multiply. */
final class Cmyk {
    private Cmyk() {}

    /** One channel, from an ink and the black, each 0 to 255. */
    static byte toRgb(int ink, int black) {
        int notBlack = 255 - black;
        int t = ink * notBlack + 128;
        return (byte) Math.max(0, notBlack - (((t >> 8) + t) >> 8));
    }
}
