package io.vitrine.image.preprocess;

import io.vitrine.Size;
import java.awt.image.BufferedImage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes small JPEG files of preprocessed images: what the model saw. About 3 KB each.
 *
 * @param size of the preprocessed images
 * @param levelsPerUnit 8-bit levels per unit of float pixels; 0 if the pixels are 8-bit levels
 */
public record Thumbnail(Size size, double levelsPerUnit) implements Serializable {
    /** The longer side, in pixels. */
    static final int MAX_SIDE = 96;

    /** Thumbnails of images that a preprocessing makes. */
    public static Thumbnail of(Preprocessing preprocessing, Size size) {
        return new Thumbnail(size, preprocessing.givesFloats() ? 1 / preprocessing.rescaleFactor() : 0);
    }

    /** The JPEG file of an image, whose pixels are in the form of {@link PreprocessedImage#pixels}. */
    public byte[] jpeg(byte[] pixels) {
        double scale = Math.min(1, (double) MAX_SIDE / Math.max(size.height(), size.width()));
        int width = (int) Math.max(1, Math.round(size.width() * scale));
        int height = (int) Math.max(1, Math.round(size.height() * scale));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                small.setRGB(x, y, mean(pixels, x, y, width, height));
            }
        }
        return SmallJpeg.of(small);
    }

    /** The mean colour of the pixels that one pixel of the thumbnail stands for. */
    private int mean(byte[] pixels, int x, int y, int width, int height) {
        int left = x * size.width() / width;
        int right = Math.max(left + 1, (x + 1) * size.width() / width);
        int top = y * size.height() / height;
        int bottom = Math.max(top + 1, (y + 1) * size.height() / height);
        double[] sum = new double[3];
        for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
                for (int c = 0; c < 3; c++) {
                    sum[c] += level(pixels, 3 * (row * size.width() + column) + c);
                }
            }
        }
        int count = (right - left) * (bottom - top);
        return rounded(sum[0] / count) << 16 | rounded(sum[1] / count) << 8 | rounded(sum[2] / count);
    }

    private double level(byte[] pixels, int index) {
        return levelsPerUnit == 0
                ? pixels[index] & 0xff
                : levelsPerUnit
                        * ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN).getFloat(4 * index);
    }

    private static int rounded(double level) {
        return (int) Math.max(0, Math.min(255, Math.round(level)));
    }
}
