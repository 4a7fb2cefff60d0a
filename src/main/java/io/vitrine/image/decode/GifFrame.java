package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Arrays;

/**
 * The first frame of a GIF on its canvas. Around a frame that does not fill it lies the transparent colour if there is one,
 * else the first; transparency itself is dropped.
 */
final class GifFrame {
    private GifFrame() {}

    static RgbImage decode(FileBytes bytes) throws ImageRejectedException {
        GifHeader gif = GifHeader.parse(bytes);
        BufferedImage frame = ImageIoReader.read(ImageFormat.GIF, bytes, reader -> reader.read(0));
        if (!(frame.getColorModel() instanceof IndexColorModel palette)
                || frame.getWidth() != gif.frameWidth()
                || frame.getHeight() != gif.frameHeight()) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "GIF frame of " + frame.getWidth() + " x " + frame.getHeight());
        }
        int[] colours = new int[256];
        for (int i = 0; i < 256; i++) {
            int grey = i << 16 | i << 8 | i;
            colours[i] = gif.colours() && i < palette.getMapSize() ? palette.getRGB(i) : grey;
        }
        byte[] rgb = new byte[3 * gif.width() * gif.height()];
        int[] row = new int[gif.width()];
        for (int y = 0; y < gif.height(); y++) {
            Arrays.fill(row, Math.max(0, gif.transparent()));
            int line = y - gif.top();
            if (line >= 0 && line < gif.frameHeight()) {
                int[] indices = frame.getRaster().getPixels(0, line, gif.frameWidth(), 1, (int[]) null);
                System.arraycopy(indices, 0, row, gif.left(), gif.frameWidth());
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
}
