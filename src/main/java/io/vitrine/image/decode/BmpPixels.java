package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** How a BMP stores a pixel. */
enum BmpPixels {
    INDEX1(1),
    INDEX4(4),
    INDEX8(8),
    /** Five bits for each of red, green and blue. */
    BITS555(16),
    /** Five bits for red and blue, six for green. */
    BITS565(16),
    BGR(24, 2, 1, 0),
    BGRX(32, 2, 1, 0),
    XBGR(32, 3, 2, 1),
    BGXR(32, 3, 1, 0),
    RGBX(32, 0, 1, 2);

    private final int bits;
    private final int red;
    private final int green;
    private final int blue;

    BmpPixels(int bits) {
        this(bits, 0, 0, 0);
    }

    /** @param red which byte it is; likewise green and blue */
    BmpPixels(int bits, int red, int green, int blue) {
        this.bits = bits;
        this.red = red;
        this.green = green;
        this.blue = blue;
    }

    int bits() {
        return bits;
    }

    /** Pixels of a file without masks. */
    static BmpPixels ofBits(int bits) throws ImageRejectedException {
        return switch (bits) {
            case 1 -> INDEX1;
            case 4 -> INDEX4;
            case 8 -> INDEX8;
            case 16 -> BITS555;
            case 24 -> BGR;
            case 32 -> BGRX;
            default ->
                throw new ImageRejectedException(
                        bits == 2 || bits == 64 ? RejectionReason.UNSUPPORTED : RejectionReason.CORRUPT,
                        "BMP of " + bits + " bits per pixel is not supported");
        };
    }

    /**
     * Converts a row to RGB.
     *
     * @param from offset of the row in {@code in}
     * @param to offset of the row in {@code rgb}
     * @param palette 256 colours as 0xRRGGBB, for indices
     */
    void convert(byte[] in, int from, int pixels, byte[] rgb, int to, int[] palette) {
        switch (this) {
            case INDEX1, INDEX4, INDEX8 -> {
                for (int i = 0; i < pixels; i++) {
                    int bit = i * bits;
                    int index = in[from + (bit >> 3)] >> 8 - bits - (bit & 7) & (1 << bits) - 1;
                    put(rgb, to + 3 * i, palette[index]);
                }
            }
            case BITS555 -> {
                for (int i = 0; i < pixels; i++) {
                    int pixel = in[from + 2 * i] & 0xff | (in[from + 2 * i + 1] & 0xff) << 8;
                    put(
                            rgb,
                            to + 3 * i,
                            scaled(pixel >> 10, 31) << 16 | scaled(pixel >> 5, 31) << 8 | scaled(pixel, 31));
                }
            }
            case BITS565 -> {
                for (int i = 0; i < pixels; i++) {
                    int pixel = in[from + 2 * i] & 0xff | (in[from + 2 * i + 1] & 0xff) << 8;
                    put(
                            rgb,
                            to + 3 * i,
                            scaled(pixel >> 11, 31) << 16 | scaled(pixel >> 5, 63) << 8 | scaled(pixel, 31));
                }
            }
            default -> {
                int step = bits / 8;
                for (int i = 0, at = from, out = to; i < pixels; i++, at += step, out += 3) {
                    rgb[out] = in[at + red];
                    rgb[out + 1] = in[at + green];
                    rgb[out + 2] = in[at + blue];
                }
            }
        }
    }

    private static int scaled(int sample, int max) {
        return (sample & max) * 255 / max;
    }

    private static void put(byte[] rgb, int at, int colour) {
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
    }
}
