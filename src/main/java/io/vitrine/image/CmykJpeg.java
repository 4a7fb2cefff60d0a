package io.vitrine.image;

import io.vitrine.Rejected;
import java.awt.image.Raster;

/**
 * Four-channel JPEGs. Pillow takes every one of them as inverted, as Adobe writes them, and converts to RGB by {@code nk -
 * c * nk / 255}, nk = 255 - K, with a rounding multiply.
 */
final class CmykJpeg {
    private static final int TRANSFORM_YCCK = 2;

    private CmykJpeg() {}

    static RgbImage decode(byte[] bytes) throws Rejected {
        Raster raster = ImageIoReader.read(ImageFormat.JPEG, bytes, reader -> reader.readRaster(0, null));
        boolean ycck = adobeTransform(bytes) == TRANSFORM_YCCK;
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[4 * width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                if (ycck) {
                    toCmyk(row, 4 * x);
                }
                int notBlack = row[4 * x + 3]; // stored inverted
                for (int c = 0; c < 3; c++) {
                    int ink = 255 - row[4 * x + c];
                    rgb[3 * (y * width + x) + c] = (byte) Math.max(0, notBlack - multiply(ink, notBlack));
                }
            }
        }
        return new RgbImage(rgb, width, height);
    }

    private static int multiply(int a, int b) {
        int t = a * b + 128;
        return ((t >> 8) + t) >> 8;
    }

    /** libjpeg's YCCK to CMYK: YCbCr to RGB in 16-bit fixed point, complemented; K passes. */
    private static void toCmyk(int[] p, int at) {
        int y = p[at];
        int cb = p[at + 1] - 128;
        int cr = p[at + 2] - 128;
        int half = 1 << 15;
        p[at] = clip(255 - (y + ((91881 * cr + half) >> 16)));
        p[at + 1] = clip(255 - (y + ((-22554 * cb - 46802 * cr + half) >> 16)));
        p[at + 2] = clip(255 - (y + ((116130 * cb + half) >> 16)));
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }

    /** The colour transform of the Adobe segment, or -1 without one. */
    private static int adobeTransform(byte[] bytes) throws Rejected {
        ByteReader in = new ByteReader(bytes, false);
        for (long at = 2; in.u8(at) == 0xff && in.u8(at + 1) != 0xda; ) {
            int marker = in.u8(at + 1);
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == 0xee && in.matches(at + 4, "Adobe")) {
                return in.u8(at + 15);
            }
            at += 2 + in.u16(at + 2);
        }
        return -1;
    }
}
