package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Arrays;

/**
 * Decodes the first frame of a GIF with ImageIO and places it on its canvas. Around the frame, pixels have the transparent colour,
 * or the palette's first colour if none is transparent. Transparency itself is dropped.
 */
final class GifCodec implements ImageCodec<GifHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.GIF;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "GIF87a") || file.matches(0, "GIF89a");
    }

    @Override
    public GifHeader readHeader(FileBytes file) throws ImageRejectedException {
        return GifHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, GifHeader gif, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        GifHeader.Frame frame = gif.frame();
        BufferedImage image = ImageIoReader.read(ImageFormat.GIF, file, reader -> reader.read(0));
        if (!(image.getColorModel() instanceof IndexColorModel palette)
                || image.getWidth() != frame.width()
                || image.getHeight() != frame.height()) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "GIF frame decodes to " + image.getWidth() + " x " + image.getHeight() + " pixels, its header says "
                            + frame.width() + " x " + frame.height());
        }
        int[] colours = colours(gif, palette);
        byte[] rgb = new byte[3 * gif.width() * gif.height()];
        int[] row = new int[gif.width()];
        int[] indices = new int[frame.width()];
        for (int y = 0; y < gif.height(); y++) {
            Arrays.fill(row, Math.max(0, gif.transparentIndex()));
            int line = y - frame.top();
            if (line >= 0 && line < frame.height()) {
                image.getRaster().getPixels(0, line, frame.width(), 1, indices);
                System.arraycopy(indices, 0, row, frame.left(), frame.width());
            }
            for (int x = 0; x < gif.width(); x++) {
                int at = 3 * (y * gif.width() + x);
                int colour = colours[row[x]];
                rgb[at] = (byte) (colour >> 16);
                rgb[at + 1] = (byte) (colour >> 8);
                rgb[at + 2] = (byte) colour;
            }
        }
        return new RgbImage(rgb, gif.width(), gif.height());
    }

    /** The colour of each index, as 0xRRGGBB. */
    private static int[] colours(GifHeader gif, IndexColorModel palette) {
        int[] colours = new int[256];
        for (int i = 0; i < 256; i++) {
            int grey = i << 16 | i << 8 | i;
            colours[i] = gif.hasPalette() && i < palette.getMapSize() ? palette.getRGB(i) : grey;
        }
        return colours;
    }
}
