package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;

/** A TIFF's YCbCr to RGB, as libtiff converts it: in 16-bit fixed point, with the file's coefficients and levels. */
final class TiffYcbcr {
    private static final int SHIFT = 16;
    private static final int HALF = 1 << (SHIFT - 1);
    private static final int LEVELS = 256;
    private static final float MAX = 128f * 32;

    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};
    private static final float[] REFERENCES = {0, 255, 128, 255, 128, 255};

    private final int[] luma = new int[LEVELS];
    private final int[] redOfCr = new int[LEVELS];
    private final int[] greenOfCr = new int[LEVELS];
    private final int[] greenOfCb = new int[LEVELS];
    private final int[] blueOfCb = new int[LEVELS];

    TiffYcbcr(TiffTags tags) throws ImageRejectedException {
        float[] coefficients = fractions(tags, TiffTags.YCBCR_COEFFICIENTS, LUMA);
        float[] references = fractions(tags, TiffTags.REFERENCE_BLACK_WHITE, REFERENCES);
        if (!(coefficients[1] > 0)) {
            throw TiffParts.corrupt("TIFF has a coefficient of green of " + coefficients[1]);
        }
        float red = 2 - 2 * coefficients[0];
        float blue = 2 - 2 * coefficients[2];
        int greenCr = -fixed(coefficients[0] * red / coefficients[1]);
        int greenCb = -fixed(coefficients[2] * blue / coefficients[1]);
        for (int i = 0; i < LEVELS; i++) {
            int cr = level(i - 128, references[4] - 128, references[5] - 128, 127);
            int cb = level(i - 128, references[2] - 128, references[3] - 128, 127);
            luma[i] = level(i, references[0], references[1], 255);
            redOfCr[i] = (fixed(red) * cr + HALF) >> SHIFT;
            blueOfCb[i] = (fixed(blue) * cb + HALF) >> SHIFT;
            greenOfCr[i] = greenCr * cr;
            greenOfCb[i] = greenCb * cb + HALF;
        }
    }

    private static float[] fractions(TiffTags tags, int tag, float[] defaults) throws ImageRejectedException {
        if (tags.count(tag) < defaults.length) {
            return defaults;
        }
        float[] values = new float[defaults.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = tags.fraction(tag, i);
        }
        return values;
    }

    private static int fixed(float value) {
        return (int) (Math.max(0f, Math.min(2f, value)) * (1L << SHIFT) + 0.5);
    }

    private static int level(int stored, float black, float white, float range) {
        float value = (stored - (int) black) * range / (white - black != 0 ? white - black : 1);
        return (int) Math.max(-MAX, Math.min(MAX, value));
    }

    /** Writes a pixel. */
    void convert(byte y, byte cb, byte cr, byte[] rgb, int at) {
        int level = luma[y & 0xff];
        rgb[at] = clip(level + redOfCr[cr & 0xff]);
        rgb[at + 1] = clip(level + ((greenOfCb[cb & 0xff] + greenOfCr[cr & 0xff]) >> SHIFT));
        rgb[at + 2] = clip(level + blueOfCb[cb & 0xff]);
    }

    private static byte clip(int level) {
        return (byte) Math.max(0, Math.min(255, level));
    }
}
