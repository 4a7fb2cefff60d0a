package io.vitrine.image.decode;

import io.vitrine.image.RgbImage;
import java.awt.image.DataBuffer;
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

    /** Grey levels (fewer than three bands) or RGB, of any depth. */
    static RgbImage ofLevels(Raster raster, DeepSamples deepSamples, Alpha alpha) {
        int dataType = raster.getSampleModel().getDataType();
        boolean integers = dataType != DataBuffer.TYPE_FLOAT && dataType != DataBuffer.TYPE_DOUBLE;
        int[] bits = raster.getSampleModel().getSampleSize();
        boolean clip = deepSamples == DeepSamples.CLIP;
        boolean divide = alpha == Alpha.DIVIDE_OUT;
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width * bands];
        float[] floats = integers ? new float[0] : new float[width * bands];
        for (int y = 0, at = 0; y < height; y++) {
            if (integers) {
                raster.getPixels(0, y, width, 1, row);
            } else {
                raster.getPixels(0, y, width, 1, floats);
                for (int i = 0; i < row.length; i++) {
                    row[i] = (int) floats[i]; // towards zero, within the range of an int
                }
            }
            for (int x = 0; x < width; x++) {
                int pixel = x * bands;
                int divisor = divide ? level(row[pixel + bands - 1], bits[bands - 1], false) : 255;
                for (int c = 0; c < 3; c++) {
                    int band = bands < 3 ? 0 : c;
                    rgb[at++] = (byte) unpremultiply(level(row[pixel + band], bits[band], clip), divisor);
                }
            }
        }
        return new RgbImage(rgb, width, height);
    }

    /** One sample as 0 to 255. */
    private static int level(int sample, int bits, boolean clip) {
        if (clip) {
            return Math.max(0, Math.min(255, sample));
        }
        return bits > 8 ? sample >> (bits - 8) : bits < 8 ? sample * 255 / ((1 << bits) - 1) : sample;
    }

    private static int unpremultiply(int level, int alpha) {
        return alpha == 255 ? level : alpha == 0 ? 0 : Math.min(255, 255 * level / alpha);
    }
}
