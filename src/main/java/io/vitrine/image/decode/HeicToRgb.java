package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.YuvColour.Range;
import io.vitrine.image.decode.YuvPlanes.Chroma;

/**
 * Converts YUV to RGB to the bit as libheif 1.23 does for pillow-heif on x86: chroma of half the size is taken from the nearest
 * sample; full-range 4:2:0 goes to 8 bits first and is converted in integers, the rest in floats and goes to 8 bits afterwards. Grey
 * is luma, whatever its range.
 */
final class HeicToRgb {
    private static final int IDENTITY = 0;
    private static final int YCGCO = 8;
    private static final float LIMITED_LUMA = 1.1689f; // libheif's 255/219 and 255/224
    private static final float LIMITED_CHROMA = 1.1429f;

    private final YuvPlanes planes;
    private final YuvColour colour;
    private final byte[] rgb;

    private HeicToRgb(YuvPlanes planes, YuvColour colour) throws ImageRejectedException {
        this.planes = planes;
        this.colour = colour;
        this.rgb = new byte[ImageLimits.arrayLength(planes.width(), planes.height(), 3)];
    }

    static RgbImage convert(YuvPlanes planes, YuvColour colour, AlphaKind alpha) throws ImageRejectedException {
        HeicToRgb conversion = new HeicToRgb(planes, colour);
        if (planes.chroma() == Chroma.NONE) {
            conversion.greys(alpha);
        } else if (colour.matrix() == IDENTITY) {
            conversion.identity();
        } else if (colour.matrix() == YCGCO) {
            conversion.greenAndOrange();
        } else {
            HeicMatrix matrix = HeicMatrix.of(colour);
            if (planes.chroma() == Chroma.HALF_WIDTH_AND_HEIGHT && colour.range() == Range.FULL) {
                conversion.integers(matrix);
            } else {
                conversion.floats(matrix);
            }
        }
        return new RgbImage(conversion.rgb, planes.width(), planes.height());
    }

    /** Deep greys without alpha are Pillow's mode {@code I;16}, which is clipped and not scaled. */
    private void greys(AlphaKind alpha) {
        int shift = planes.depth() - 8;
        boolean clips = shift > 0 && alpha == AlphaKind.NONE;
        for (int i = 0; i < planes.luma().length; i++) {
            int luma = planes.luma()[i];
            byte level = clips ? clip(luma << 8 - shift) : (byte) (luma >> shift);
            rgb[3 * i] = level;
            rgb[3 * i + 1] = level;
            rgb[3 * i + 2] = level;
        }
    }

    private void integers(HeicMatrix matrix) {
        int redToRed = matrix.in256(matrix.redToRed());
        int blueToGreen = matrix.in256(matrix.blueToGreen());
        int redToGreen = matrix.in256(matrix.redToGreen());
        int blueToBlue = matrix.in256(matrix.blueToBlue());
        int shift = planes.depth() - 8;
        int stride = planes.chroma().width(planes.width());
        for (int y = 0, i = 0; y < planes.height(); y++) {
            for (int x = 0; x < planes.width(); x++, i++) {
                int luma = planes.luma()[i] >> shift;
                int at = (y >> 1) * stride + (x >> 1);
                int blue = (planes.blue()[at] >> shift) - 128;
                int red = (planes.red()[at] >> shift) - 128;
                rgb[3 * i] = clip(luma + (redToRed * red + 128 >> 8));
                rgb[3 * i + 1] = clip(luma + (blueToGreen * blue + redToGreen * red + 128 >> 8));
                rgb[3 * i + 2] = clip(luma + (blueToBlue * blue + 128 >> 8));
            }
        }
    }

    private void floats(HeicMatrix matrix) {
        boolean limited = colour.range() == Range.LIMITED;
        float lumaOffset = 16 << planes.depth() - 8;
        int half = 1 << planes.depth() - 1;
        Chroma chroma = planes.chroma();
        int stride = chroma.width(planes.width());
        for (int y = 0, i = 0; y < planes.height(); y++) {
            for (int x = 0; x < planes.width(); x++, i++) {
                int at = (y >> chroma.shiftY) * stride + (x >> chroma.shiftX);
                float luma = planes.luma()[i];
                float blue = planes.blue()[at] - half;
                float red = planes.red()[at] - half;
                if (limited) {
                    luma = (luma - lumaOffset) * LIMITED_LUMA;
                    blue *= LIMITED_CHROMA;
                    red *= LIMITED_CHROMA;
                }
                rgb[3 * i] = level(luma + matrix.redToRed() * red);
                rgb[3 * i + 1] = level(luma + matrix.blueToGreen() * blue + matrix.redToGreen() * red);
                rgb[3 * i + 2] = level(luma + matrix.blueToBlue() * blue);
            }
        }
    }

    /** Luma is green. */
    private void identity() {
        boolean limited = colour.range() == Range.LIMITED;
        float offset = 16 << planes.depth() - 8;
        Chroma chroma = planes.chroma();
        int stride = chroma.width(planes.width());
        for (int y = 0, i = 0; y < planes.height(); y++) {
            for (int x = 0; x < planes.width(); x++, i++) {
                int at = (y >> chroma.shiftY) * stride + (x >> chroma.shiftX);
                float red = planes.red()[at];
                float green = planes.luma()[i];
                float blue = planes.blue()[at];
                rgb[3 * i] = level(limited ? (red - offset) * LIMITED_CHROMA : red);
                rgb[3 * i + 1] = level(limited ? (green - offset) * LIMITED_LUMA : green);
                rgb[3 * i + 2] = level(limited ? (blue - offset) * LIMITED_CHROMA : blue);
            }
        }
    }

    private void greenAndOrange() throws ImageRejectedException {
        if (planes.depth() != 8) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "a HEIC in YCgCo of " + planes.depth() + " bits per sample");
        }
        Chroma chroma = planes.chroma();
        int stride = chroma.width(planes.width());
        for (int y = 0, i = 0; y < planes.height(); y++) {
            for (int x = 0; x < planes.width(); x++, i++) {
                int at = (y >> chroma.shiftY) * stride + (x >> chroma.shiftX);
                int green = planes.blue()[at] - 128;
                int orange = planes.red()[at] - 128;
                int luma = planes.luma()[i];
                rgb[3 * i] = clip(luma - green + orange);
                rgb[3 * i + 1] = clip(luma + green);
                rgb[3 * i + 2] = clip(luma - green - orange);
            }
        }
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }

    /** An 8-bit level of a value of the samples' depth. */
    private byte level(float value) {
        int max = (1 << planes.depth()) - 1;
        return (byte) (Math.max(0, Math.min(max, (int) (value + 0.5f))) >> planes.depth() - 8);
    }
}
