package io.vitrine.image.decode;

import io.vitrine.image.RgbImage;
import java.awt.image.Raster;

/** Converts ImageIO's samples to 8-bit RGB by Pillow's rules. Java's colour conversion follows others and is not used. */
final class RasterConverter {
    /** What to do with samples of more than 8 bits. */
    enum DeepSamples {
        /** Keep the high byte. */
        HIGH_BYTE,
        /** Clip every sample to 0..255. */
        CLIP
    }

    /** What to do with an alpha channel. */
    enum Alpha {
        DROP,
        /** Divide colours by the last channel: alpha that they are premultiplied with. */
        DIVIDE_OUT
    }

    private RasterConverter() {}

    /**
     * Palette indices, in the first band.
     *
     * @param palette colours as 0xRRGGBB
     */
    static RgbImage ofPalette(Raster raster, int[] palette) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width * bands];
        for (int y = 0, at = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int colour = palette[row[x * bands] & 0xff];
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new RgbImage(rgb, width, height);
    }

    /** Cyan, magenta, yellow and black of 8 or more bits. */
    static RgbImage ofCmyk(Raster raster) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int shift = raster.getSampleModel().getSampleSize(0) - 8;
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width * bands];
        for (int y = 0, at = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = Cmyk.toRgb(row[x * bands + c] >> shift, row[x * bands + 3] >> shift);
                }
            }
        }
        return new RgbImage(rgb, width, height);
    }

    /** Grey levels (fewer than three bands) or RGB, of any depth. */
    static RgbImage ofLevels(Raster raster, DeepSamples deepSamples, Alpha alpha) {
        boolean clip = deepSamples == DeepSamples.CLIP;
        boolean divide = alpha == Alpha.DIVIDE_OUT;
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[3 * width * height];
        float[] row = new float[width * bands]; // float[] takes 32-bit integers and floats, too
        for (int y = 0, at = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int divisor = divide ? level(row, x, bands - 1, raster, false) : 255;
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = (byte) unpremultiply(level(row, x, bands < 3 ? 0 : c, raster, clip), divisor);
                }
            }
        }
        return new RgbImage(rgb, width, height);
    }

    /** One sample as 0 to 255. */
    private static int level(float[] row, int x, int band, Raster raster, boolean clip) {
        float sample = row[x * raster.getNumBands() + band];
        int bits = raster.getSampleModel().getSampleSize(band);
        if (clip) {
            return (int) Math.max(0, Math.min(255, sample));
        }
        int level = (int) sample;
        return bits > 8 ? level >> (bits - 8) : bits < 8 ? level * 255 / ((1 << bits) - 1) : level;
    }

    private static int unpremultiply(int level, int alpha) {
        return alpha == 255 ? level : alpha == 0 ? 0 : Math.min(255, 255 * level / alpha);
    }
}
