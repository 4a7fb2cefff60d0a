package io.vitrine.image;

import io.vitrine.Reason;
import io.vitrine.Rejected;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * PNG and TIFF through the JDK's readers, from samples (never through Java's colour conversion): deep grey is clipped at
 * 255, other 16-bit samples keep their high byte, alpha is dropped, premultiplied alpha is divided out.
 */
final class SampleDecoder {
    private static final int PREMULTIPLIED = 1;

    private SampleDecoder() {}

    static RgbImage decode(byte[] bytes, ImageHeader header) throws Rejected {
        BufferedImage image = ImageIoReader.read(header.format(), bytes, reader -> reader.read(0));
        if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
            throw new Rejected(Reason.CORRUPT, header.format() + " decodes to another size than its header says");
        }
        boolean premultiplied =
                header.format() == ImageFormat.TIFF && TiffHeader.parse(bytes).extra() == PREMULTIPLIED;
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int bands = raster.getNumBands();
        byte[] rgb = new byte[3 * width * image.getHeight()];
        float[] row = new float[bands * width];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                if (image.getColorModel() instanceof IndexColorModel palette) {
                    int colour = palette.getRGB((int) row[x]);
                    rgb[at] = (byte) (colour >> 16);
                    rgb[at + 1] = (byte) (colour >> 8);
                    rgb[at + 2] = (byte) colour;
                    continue;
                }
                float alpha = premultiplied ? row[x * bands + bands - 1] : 255;
                for (int c = 0; c < 3; c++) {
                    float sample = row[x * bands + (bands < 3 ? 0 : c)];
                    rgb[at + c] = (byte)
                            divide(toByte(sample, bands, raster.getSampleModel().getSampleSize(0)), alpha);
                }
            }
        }
        return new RgbImage(rgb, width, image.getHeight());
    }

    private static int toByte(float sample, int bands, int bits) {
        if (bands == 1) {
            return (int) Math.max(0, Math.min(255, sample));
        }
        return bits > 8 ? (int) sample >> (bits - 8) : (int) sample;
    }

    private static int divide(int value, float alpha) {
        int a = (int) alpha;
        return a == 255 ? value : a == 0 ? 0 : Math.min(255, 255 * value / a);
    }
}
