package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.ChromaRows.Filter;
import io.vitrine.image.decode.YuvPlanes.Chroma;
import java.util.Optional;

/**
 * Converts YUV to RGB to the bit as libavif does for Pillow on x86: with libyuv's integers where it has constants for the colour
 * space, else in floats. Samples of more than 8 bits lose their last bits first, but for two kinds of images with alpha: those of 10
 * bits, and those of 12 bits with chroma of half the width and height.
 */
final class YuvToRgb {
    private static final int IDENTITY = 0;
    private static final int BT601 = 6;

    private YuvToRgb() {}

    static RgbImage convert(YuvPlanes planes, YuvColour colour, AlphaKind alpha) throws ImageRejectedException {
        byte[] rgb = new byte[ImageLimits.arrayLength(planes.width(), planes.height(), 3)];
        boolean grey = planes.chroma() == Chroma.NONE;
        // Grey allows the identity matrix, which stands for that of BT.601 then.
        boolean greyIdentity = grey && colour.matrix() == IDENTITY;
        Optional<YuvMatrix> matrix =
                YuvMatrix.of(greyIdentity ? new YuvColour(colour.primaries(), BT601, colour.range()) : colour);
        if (grey && alpha == AlphaKind.NONE || matrix.isEmpty()) {
            FloatYuv.of(planes, colour).convert(rgb);
        } else if (grey) {
            greys(planes, matrix.get(), rgb);
        } else {
            colours(planes, matrix.get(), alpha, rgb);
        }
        return new RgbImage(rgb, planes.width(), planes.height());
    }

    private static void greys(YuvPlanes planes, YuvMatrix matrix, byte[] rgb) {
        int shift = planes.depth() - 8;
        for (int i = 0; i < planes.luma().length; i++) {
            byte level = YuvMatrix.level(matrix.ofLuma((planes.luma()[i] >> shift) * 0x0101));
            rgb[3 * i] = level;
            rgb[3 * i + 1] = level;
            rgb[3 * i + 2] = level;
        }
    }

    private static void colours(YuvPlanes planes, YuvMatrix matrix, AlphaKind alpha, byte[] rgb) {
        boolean deep = alpha != AlphaKind.NONE
                && (planes.depth() == 10 || planes.depth() == 12 && planes.chroma() == Chroma.HALF_WIDTH_AND_HEIGHT);
        int shift = planes.depth() - 8;
        if (!deep && shift > 0) {
            shorten(planes.luma(), shift);
            shorten(planes.blue(), shift);
            shorten(planes.red(), shift);
        }
        Filter filter = deep && planes.depth() == 12 ? Filter.NEAREST : Filter.LINEAR;
        ChromaRows blueRows = new ChromaRows(planes, planes.blue(), filter);
        ChromaRows redRows = new ChromaRows(planes, planes.red(), filter);
        int[] blue = new int[planes.width()];
        int[] red = new int[planes.width()];
        for (int y = 0, i = 0; y < planes.height(); y++) {
            blueRows.read(y, blue);
            redRows.read(y, red);
            for (int x = 0; x < planes.width(); x++, i++) {
                int luma = planes.luma()[i];
                if (deep) {
                    int luma16 = luma << 8 - shift | luma >> planes.depth() - (8 - shift);
                    matrix.store(luma16, blue[x] >> shift, red[x] >> shift, rgb, 3 * i);
                } else {
                    matrix.store(luma * 0x0101, blue[x], red[x], rgb, 3 * i);
                }
            }
        }
    }

    private static void shorten(short[] samples, int shift) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (samples[i] >> shift);
        }
    }

    /** Divides colours by alpha, with libyuv's rounding. */
    static void unmultiply(byte[] rgb, short[] alpha, int depth) throws ImageRejectedException {
        if (depth != 8) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "an AVIF of " + depth + " bits whose colours are multiplied by alpha");
        }
        for (int i = 0; i < alpha.length; i++) {
            int a = alpha[i];
            int inverse = a == 0 ? 0 : a == 1 ? 0xffff : a == 255 ? 0x100 : 0x10000 / a;
            for (int c = 3 * i; c < 3 * i + 3; c++) {
                long level = rgb[c] & 0xff;
                rgb[c] = (byte) Math.min(255, (level << 8 | level) * inverse >> 16);
            }
        }
    }
}
