package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.YuvColour.Range;
import io.vitrine.image.decode.YuvPlanes.Chroma;

/** Converts YUV to RGB in floats, as libavif does where libyuv has no constants: grey, identity, YCgCo, FCC, SMPTE 240M. */
final class FloatYuv {
    private static final int IDENTITY = 0;
    private static final int FCC = 4;
    private static final int SMPTE_240 = 7;
    private static final int YCGCO = 8;
    private static final int CHROMA_DERIVED = 12;
    private static final LumaWeights SMPTE_240_WEIGHTS = new LumaWeights(0.212f, 0.087f);

    private final YuvPlanes planes;
    private final int matrix;
    private final float[] lumaTable;
    private final float[] chromaTable;
    private final float kr;
    private final float kb;

    private FloatYuv(YuvPlanes planes, YuvColour colour) {
        this.planes = planes;
        this.matrix = colour.matrix();
        boolean full = colour.range() == Range.FULL;
        int shift = planes.depth() - 8;
        int max = (1 << planes.depth()) - 1;
        float lumaBias = full ? 0 : 16 << shift;
        float lumaRange = full ? max : 219 << shift;
        float chromaBias = 1 << planes.depth() - 1;
        float chromaRange = full ? max : 224 << shift;
        lumaTable = new float[max + 1];
        chromaTable = new float[max + 1];
        for (int i = 0; i <= max; i++) {
            lumaTable[i] = (i - lumaBias) / lumaRange;
            chromaTable[i] = matrix == IDENTITY ? lumaTable[i] : (i - chromaBias) / chromaRange;
        }
        LumaWeights weights =
                switch (matrix) {
                    case FCC -> new LumaWeights(0.30f, 0.11f);
                    case CHROMA_DERIVED ->
                        LumaWeights.ofPrimaries(colour.primaries()).orElse(SMPTE_240_WEIGHTS);
                    default -> SMPTE_240_WEIGHTS;
                };
        kr = weights.red();
        kb = weights.blue();
    }

    static FloatYuv of(YuvPlanes planes, YuvColour colour) throws ImageRejectedException {
        boolean known = YuvMatrix.of(colour).isPresent()
                || colour.matrix() == IDENTITY && planes.chroma().shiftX == 0
                || colour.matrix() == YCGCO && colour.range() == Range.FULL
                || colour.matrix() == FCC
                || colour.matrix() == CHROMA_DERIVED
                        && LumaWeights.ofPrimaries(colour.primaries()).isPresent()
                || colour.matrix() == SMPTE_240;
        if (!known) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "an AVIF of matrix coefficients " + colour.matrix() + " with chroma " + planes.chroma());
        }
        return new FloatYuv(planes, colour);
    }

    void convert(byte[] rgb) {
        for (int y = 0, i = 0; y < planes.height(); y++) {
            for (int x = 0; x < planes.width(); x++, i++) {
                float luma = lumaTable[planes.luma()[i]];
                if (planes.chroma() == Chroma.NONE) {
                    store(rgb, i, luma, luma, luma);
                    continue;
                }
                float blue = chroma(planes.blue(), x, y);
                float red = chroma(planes.red(), x, y);
                switch (matrix) {
                    case IDENTITY -> store(rgb, i, red, luma, blue);
                    case YCGCO -> store(rgb, i, luma - blue + red, luma + blue, luma - blue - red);
                    default -> {
                        float kg = 1 - kr - kb;
                        store(
                                rgb,
                                i,
                                luma + (2 * (1 - kr)) * red,
                                luma - ((2 * ((kr * (1 - kr) * red) + (kb * (1 - kb) * blue))) / kg),
                                luma + (2 * (1 - kb)) * blue);
                    }
                }
            }
        }
    }

    /** Chroma of a pixel: of the four samples around it, weighed by 9, 3, 3 and 1. */
    private float chroma(short[] plane, int x, int y) {
        Chroma chroma = planes.chroma();
        int stride = chroma.width(planes.width());
        int column = x >> chroma.shiftX;
        int row = y >> chroma.shiftY;
        float near = chromaTable[plane[row * stride + column]];
        if (chroma == Chroma.FULL) {
            return near;
        }
        int otherColumn = column + step(x, planes.width());
        int otherRow = row + (chroma.shiftY == 0 ? 0 : step(y, planes.height()));
        return near * (9 / 16f)
                + chromaTable[plane[row * stride + otherColumn]] * (3 / 16f)
                + chromaTable[plane[otherRow * stride + column]] * (3 / 16f)
                + chromaTable[plane[otherRow * stride + otherColumn]] * (1 / 16f);
    }

    private static int step(int at, int length) {
        if (at == 0 || at == length - 1 && (at & 1) != 0) {
            return 0;
        }
        return (at & 1) != 0 ? 1 : -1;
    }

    private static void store(byte[] rgb, int pixel, float red, float green, float blue) {
        rgb[3 * pixel] = level(red);
        rgb[3 * pixel + 1] = level(green);
        rgb[3 * pixel + 2] = level(blue);
    }

    private static byte level(float value) {
        return (byte) (int) (0.5f + Math.max(0f, Math.min(1f, value)) * 255f);
    }
}
