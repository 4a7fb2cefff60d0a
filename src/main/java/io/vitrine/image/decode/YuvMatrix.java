package io.vitrine.image.decode;

import io.vitrine.image.decode.YuvColour.Range;
import java.util.Optional;

/**
 * libyuv's constants for a colour space, in 1/64: how much each sample adds to red, green and blue.
 *
 * @param luma in 1/65536 of 257 times the sample
 * @param bias what is added to all
 */
record YuvMatrix(int blueToBlue, int blueToGreen, int redToGreen, int redToRed, int luma, int bias) {
    private static final int BT709 = 1;
    private static final int UNSPECIFIED = 2;
    private static final int BT470BG = 5;
    private static final int BT601 = 6;
    private static final int BT2020 = 9;
    private static final int CHROMA_DERIVED = 12;

    private static final YuvMatrix BT601_FULL = new YuvMatrix(113, 22, 46, 90, 16_320, 32);
    private static final YuvMatrix BT601_LIMITED = new YuvMatrix(128, 25, 52, 102, 18_997, -1160);
    private static final YuvMatrix BT709_FULL = new YuvMatrix(119, 12, 30, 101, 16_320, 32);
    private static final YuvMatrix BT709_LIMITED = new YuvMatrix(128, 14, 34, 115, 18_997, -1160);
    private static final YuvMatrix BT2020_FULL = new YuvMatrix(120, 11, 37, 94, 16_320, 32);
    private static final YuvMatrix BT2020_LIMITED = new YuvMatrix(128, 12, 42, 107, 19_003, -1160);

    /** The constants; empty if libyuv has none for the colour space. */
    static Optional<YuvMatrix> of(YuvColour colour) {
        boolean full = colour.range() == Range.FULL;
        return switch (colour.matrix() == CHROMA_DERIVED ? ofPrimaries(colour.primaries()) : colour.matrix()) {
            case BT709 -> Optional.of(full ? BT709_FULL : BT709_LIMITED);
            case UNSPECIFIED, BT470BG, BT601 -> Optional.of(full ? BT601_FULL : BT601_LIMITED);
            case BT2020 -> Optional.of(full ? BT2020_FULL : BT2020_LIMITED);
            default -> Optional.empty();
        };
    }

    private static int ofPrimaries(int primaries) {
        return switch (primaries) {
            case 1, 2 -> BT709;
            case 5, 6 -> BT601;
            case 9 -> BT2020;
            default -> -1;
        };
    }

    /** What luma adds to red, green and blue. {@code luma16} has 16 bits. */
    int ofLuma(int luma16) {
        return (int) ((long) luma16 * luma >> 16) + bias;
    }

    /** An 8-bit level of a value in 1/64. */
    static byte level(int value) {
        return (byte) Math.max(0, Math.min(255, value >> 6));
    }

    /** Stores the colour of a pixel; {@code blue} and {@code red} are 8-bit chroma. */
    void store(int luma16, int blue, int red, byte[] rgb, int at) {
        int y = ofLuma(luma16);
        int u = blue - 128;
        int v = red - 128;
        rgb[at] = level(y + v * redToRed);
        rgb[at + 1] = level(y - u * blueToGreen - v * redToGreen);
        rgb[at + 2] = level(y + u * blueToBlue);
    }
}
