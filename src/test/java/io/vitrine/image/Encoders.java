package io.vitrine.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes uncompressed TIFF and BMP files of every kind, sample by sample. */
final class Encoders {
    private Encoders() {}

    /**
     * A little-endian TIFF with one strip.
     *
     * @param samples row-major, {@code channels} a pixel
     * @param extra the value of ExtraSamples, or -1 for none
     * @param palette 3 * 256 16-bit values, or null
     */
    static byte[] tiff(
            int width,
            int height,
            int bits,
            int channels,
            int photometric,
            int extra,
            int orientation,
            int[] samples,
            int[] palette) {
        int bytes = samples.length * bits / 8;
        List<long[]> tags = new ArrayList<>(); // tag, type, count, value
        int directory = 8;
        int entries = 11 + (extra >= 0 ? 1 : 0) + (palette != null ? 1 : 0);
        int after = directory + 2 + 12 * entries + 4;
        int bitsAt = after;
        int paletteAt = bitsAt + 2 * channels;
        int dataAt = paletteAt + (palette == null ? 0 : 2 * palette.length);
        tags.add(new long[] {256, 3, 1, width});
        tags.add(new long[] {257, 3, 1, height});
        tags.add(new long[] {258, 3, channels, channels <= 2 ? bits * 0x10001L : bitsAt});
        tags.add(new long[] {259, 3, 1, 1});
        tags.add(new long[] {262, 3, 1, photometric});
        tags.add(new long[] {273, 4, 1, dataAt});
        tags.add(new long[] {274, 3, 1, orientation});
        tags.add(new long[] {277, 3, 1, channels});
        tags.add(new long[] {278, 3, 1, height});
        tags.add(new long[] {279, 4, 1, bytes});
        tags.add(new long[] {284, 3, 1, 1});
        if (palette != null) {
            tags.add(new long[] {320, 3, palette.length, paletteAt});
        }
        if (extra >= 0) {
            tags.add(new long[] {338, 3, 1, extra});
        }
        ByteBuffer out = ByteBuffer.allocate(dataAt + bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'I')
                .put((byte) 'I')
                .putShort((short) 42)
                .putInt(directory)
                .putShort((short) entries);
        for (long[] tag : tags) {
            out.putShort((short) tag[0])
                    .putShort((short) tag[1])
                    .putInt((int) tag[2])
                    .putInt((int) tag[3]);
        }
        out.putInt(0);
        for (int i = 0; i < channels; i++) {
            out.putShort((short) bits);
        }
        if (palette != null) {
            for (int value : palette) {
                out.putShort((short) value);
            }
        }
        for (int sample : samples) {
            if (bits == 16) {
                out.putShort((short) sample);
            } else {
                out.put((byte) sample);
            }
        }
        return out.array();
    }

    /**
     * A BMP.
     *
     * @param bits 16 (555), 24 or 32
     * @param topDown stored from the first row on, with a negative height
     * @param pixels one value a pixel as it is stored
     */
    static byte[] bmp(int width, int height, int bits, boolean topDown, int[] pixels) {
        int stride = (width * bits / 8 + 3) / 4 * 4;
        ByteBuffer out = ByteBuffer.allocate(54 + stride * height).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(54);
        out.putInt(40)
                .putInt(width)
                .putInt(topDown ? -height : height)
                .putShort((short) 1)
                .putShort((short) bits);
        out.putInt(0).putInt(stride * height).putInt(0).putInt(0).putInt(0).putInt(0);
        for (int row = 0; row < height; row++) {
            int y = topDown ? row : height - 1 - row;
            out.position(54 + row * stride);
            for (int x = 0; x < width; x++) {
                int pixel = pixels[y * width + x];
                for (int b = 0; b < bits / 8; b++) {
                    out.put((byte) (pixel >> 8 * b));
                }
            }
        }
        return out.array();
    }
}
