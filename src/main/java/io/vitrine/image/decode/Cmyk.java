package io.vitrine.image.decode;

/** Pillow's conversion of CMYK to RGB: {@code n - ink * n / 255} with n = 255 - black, the product rounded. */
final class Cmyk {
    private Cmyk() {}

    /** One channel, from its ink and the black, each from 0 to 255. */
    static byte toRgb(int ink, int black) {
        int notBlack = 255 - black;
        int t = ink * notBlack + 128;
        return (byte) Math.max(0, notBlack - (((t >> 8) + t) >> 8));
    }
}
