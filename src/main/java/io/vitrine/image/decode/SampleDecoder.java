package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * What OpenCV does not convert as Pillow does, from the samples that the JDK's readers give (never through Java's colour
 * conversion): deep PNGs, PNGs without an end, most TIFFs that are not plain 8-bit, 16-bit BMPs.
 *
 * <p>Pillow's rules: grey of more than 8 bits is clipped at 255, other deep samples keep their high byte, 5- and 6-bit ones
 * are scaled; alpha is dropped, premultiplied alpha divided out.
 */
final class SampleDecoder {
    private static final int PREMULTIPLIED = 1;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;

    private SampleDecoder() {}

    static RgbImage decode(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        return switch (header.format()) {
            case TIFF -> tiff(bytes, header);
            case PNG -> png(bytes, header);
            default -> colours(read(bytes, header).getRaster(), header, false, false);
        };
    }

    private static RgbImage png(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        BufferedImage image = read(bytes, header);
        if (image.getColorModel() instanceof IndexColorModel model) {
            int[] palette = new int[256];
            for (int i = 0; i < model.getMapSize(); i++) {
                palette[i] = model.getRGB(i);
            }
            return indexed(image.getRaster(), palette, header);
        }
        boolean greyWithoutAlpha = bytes.at(25) == 0; // a transparent grey level does not make it one with alpha
        return colours(image.getRaster(), header, greyWithoutAlpha, false);
    }

    private static RgbImage tiff(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        TiffHeader tiff = TiffHeader.parse(bytes);
        Raster raster = read(bytes, header).getRaster();
        if (tiff.photometric() == PALETTE) {
            return indexed(raster, palette(TiffTags.read(bytes).all(320)), header);
        }
        if (tiff.photometric() == CMYK) {
            return inks(raster, header);
        }
        return colours(raster, header, tiff.samples() == 1, tiff.extra() == PREMULTIPLIED);
    }

    /** A TIFF's colour map: all reds, all greens, all blues, 16 bits each, of which Pillow keeps the high byte. */
    private static int[] palette(long[] map) {
        int[] palette = new int[256];
        int colours = map.length / 3;
        for (int i = 0; i < Math.min(256, colours); i++) {
            palette[i] = (int) (map[i] >> 8 << 16 | map[colours + i] >> 8 << 8 | map[2 * colours + i] >> 8);
        }
        return palette;
    }

    private static BufferedImage read(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        BufferedImage image = ImageIoReader.read(header.format(), bytes, reader -> reader.read(0));
        if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, header.format() + " decodes to another size than its header says");
        }
        return image;
    }

    private static RgbImage indexed(Raster raster, int[] palette, ImageHeader header) {
        byte[] rgb = new byte[3 * header.width() * header.height()];
        int[] row = new int[header.width() * raster.getNumBands()];
        for (int y = 0, at = 0; y < header.height(); y++) {
            raster.getPixels(0, y, header.width(), 1, row);
            for (int x = 0; x < header.width(); x++) {
                int colour = palette[row[x * raster.getNumBands()] & 0xff];
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    private static RgbImage inks(Raster raster, ImageHeader header) {
        int bands = raster.getNumBands();
        int shift = raster.getSampleModel().getSampleSize(0) - 8;
        byte[] rgb = new byte[3 * header.width() * header.height()];
        int[] row = new int[header.width() * bands];
        for (int y = 0, at = 0; y < header.height(); y++) {
            raster.getPixels(0, y, header.width(), 1, row);
            for (int x = 0; x < header.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = Cmyk.toRgb(row[x * bands + c] >> shift, row[x * bands + 3] >> shift);
                }
            }
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    private static RgbImage colours(Raster raster, ImageHeader header, boolean clipGrey, boolean premultiplied) {
        int bands = raster.getNumBands();
        byte[] rgb = new byte[3 * header.width() * header.height()];
        float[] row = new float[header.width() * bands]; // 32-bit and float greys come whole
        for (int y = 0, at = 0; y < header.height(); y++) {
            raster.getPixels(0, y, header.width(), 1, row);
            for (int x = 0; x < header.width(); x++) {
                int alpha = premultiplied ? level(row, x, bands - 1, raster, false) : 255;
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = (byte) divide(level(row, x, bands < 3 ? 0 : c, raster, clipGrey), alpha);
                }
            }
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    /** One sample as 0 to 255. */
    private static int level(float[] row, int x, int band, Raster raster, boolean clip) {
        float sample = row[x * raster.getNumBands() + band];
        int bits = raster.getSampleModel().getSampleSize(band);
        if (clip) {
            return (int) Math.max(0, Math.min(255, sample));
        }
        return bits > 8 ? (int) sample >> (bits - 8) : bits < 8 ? (int) sample * 255 / ((1 << bits) - 1) : (int) sample;
    }

    private static int divide(int value, int alpha) {
        return alpha == 255 ? value : alpha == 0 ? 0 : Math.min(255, 255 * value / alpha);
    }
}
