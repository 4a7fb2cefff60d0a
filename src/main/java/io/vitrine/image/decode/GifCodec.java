package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.util.Arrays;

/**
 * Decodes the first frame of a GIF and places it on its canvas. Around the frame, pixels have the transparent colour,
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
        byte[] indices = GifFrame.indices(file, frame);
        int[] colours = colours(file, frame);
        byte[] rgb = new byte[3 * gif.width() * gif.height()];
        byte[] row = new byte[gif.width()];
        for (int y = 0, at = 0; y < gif.height(); y++) {
            Arrays.fill(row, (byte) Math.max(0, gif.transparentIndex()));
            int line = y - frame.top();
            if (line >= 0 && line < frame.height()) {
                System.arraycopy(indices, line * frame.width(), row, frame.left(), frame.width());
            }
            for (byte index : row) {
                int colour = colours[index & 0xff];
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new RgbImage(rgb, gif.width(), gif.height());
    }

    /** The colour of each index, as 0xRRGGBB. Indices behind the palette's end are black, or grey levels if the palette is. */
    private static int[] colours(FileBytes file, GifHeader.Frame frame) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        int[] colours = new int[256];
        boolean isGrey = true;
        for (int i = 0; i < frame.colours(); i++) {
            colours[i] = in.u24(frame.palette() + 3L * i);
            isGrey &= colours[i] == grey(i);
        }
        for (int i = frame.colours(); isGrey && i < 256; i++) {
            colours[i] = grey(i);
        }
        return colours;
    }

    private static int grey(int level) {
        return level << 16 | level << 8 | level;
    }
}
