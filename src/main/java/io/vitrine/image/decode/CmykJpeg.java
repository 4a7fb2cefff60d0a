package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.awt.image.Raster;

/** Decodes four-channel JPEGs, CMYK or YCCK. Pillow takes them all as inverted, which is how Adobe writes them. */
final class CmykJpeg {
    private CmykJpeg() {}

    static RgbImage decode(FileBytes file) throws ImageRejectedException {
        Raster raster =
                ImageIoReader.read(ImageFormat.JPEG, JpegSegments.ofPixels(file), reader -> reader.readRaster(0, null));
        boolean ycck = adobeTransform(file) > 0; // libjpeg takes any other value than 0 for YCCK
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
                for (int c = 0; c < 3; c++) { // stored inverted
                    rgb[3 * (y * width + x) + c] = Cmyk.toRgb(255 - row[4 * x + c], 255 - row[4 * x + 3]);
                }
            }
        }
        return new RgbImage(rgb, width, height);
    }

    /** libjpeg's YCCK to CMYK, in place: YCbCr to RGB in 16-bit fixed point, then complemented. K stays. */
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

    /** The colour transform in the Adobe segment, or -1 without such a segment. */
    private static int adobeTransform(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        for (long at = 2; in.u8(at) == 0xff && in.u8(at + 1) != 0xda; ) {
            int marker = in.u8(at + 1);
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == 0xee && file.matches(at + 4, "Adobe")) {
                return in.u8(at + 15);
            }
            at += 2 + in.u16(at + 2);
        }
        return -1;
    }
}
