package io.vitrine.image.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Builds an uncompressed little-endian TIFF with one strip. By default, samples are 8-bit RGB. */
final class TestTiff {
    private static final int DIRECTORY = 8;

    private final int width;
    private final int height;
    private int bits = 8;
    private int channels = 3;
    private int photometric = 2;
    private int extra = -1;
    private int orientation = 1;
    private int[] palette = {};

    TestTiff(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** @param bits per sample: 8 or 16 */
    TestTiff bits(int bits) {
        this.bits = bits;
        return this;
    }

    /**
     * Chooses what a pixel consists of.
     *
     * @param channels samples per pixel
     * @param photometric 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK
     */
    TestTiff pixel(int channels, int photometric) {
        this.channels = channels;
        this.photometric = photometric;
        return this;
    }

    /** @param extra meaning of the last sample: 1 premultiplied alpha, 2 alpha */
    TestTiff extraSample(int extra) {
        this.extra = extra;
        return this;
    }

    TestTiff orientation(int orientation) {
        this.orientation = orientation;
        return this;
    }

    /** @param palette 256 reds, 256 greens, 256 blues, of 16 bits each */
    TestTiff palette(int[] palette) {
        this.palette = palette;
        return this;
    }

    /** @param samples row-major */
    byte[] encode(int... samples) {
        int entries = 11 + (extra >= 0 ? 1 : 0) + (palette.length > 0 ? 1 : 0);
        int bitsAt = DIRECTORY + 2 + 12 * entries + 4;
        int paletteAt = bitsAt + 2 * channels;
        int dataAt = paletteAt + 2 * palette.length;
        int bytes = samples.length * bits / 8;
        ByteBuffer out = ByteBuffer.allocate(dataAt + bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(DIRECTORY);
        out.putShort((short) entries);
        for (int[] tag : tags(bitsAt, paletteAt, dataAt, bytes)) {
            out.putShort((short) tag[0]).putShort((short) tag[1]).putInt(tag[2]).putInt(tag[3]);
        }
        out.putInt(0);
        for (int i = 0; i < channels; i++) {
            out.putShort((short) bits);
        }
        for (int value : palette) {
            out.putShort((short) value);
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

    /** Tag, type (3 short, 4 long), count, value or offset. */
    private List<int[]> tags(int bitsAt, int paletteAt, int dataAt, int bytes) {
        List<int[]> tags = new ArrayList<>();
        tags.add(new int[] {TiffTags.IMAGE_WIDTH, 3, 1, width});
        tags.add(new int[] {TiffTags.IMAGE_LENGTH, 3, 1, height});
        tags.add(new int[] {TiffTags.BITS_PER_SAMPLE, 3, channels, channels <= 2 ? bits * 0x10001 : bitsAt});
        tags.add(new int[] {259, 3, 1, 1}); // compression: none
        tags.add(new int[] {TiffTags.PHOTOMETRIC_INTERPRETATION, 3, 1, photometric});
        tags.add(new int[] {TiffTags.STRIP_OFFSETS, 4, 1, dataAt});
        tags.add(new int[] {TiffTags.ORIENTATION, 3, 1, orientation});
        tags.add(new int[] {TiffTags.SAMPLES_PER_PIXEL, 3, 1, channels});
        tags.add(new int[] {278, 3, 1, height}); // rows per strip
        tags.add(new int[] {TiffTags.STRIP_BYTE_COUNTS, 4, 1, bytes});
        tags.add(new int[] {284, 3, 1, 1}); // planar configuration: interleaved
        if (palette.length > 0) {
            tags.add(new int[] {TiffTags.COLOR_MAP, 3, palette.length, paletteAt});
        }
        if (extra >= 0) {
            tags.add(new int[] {TiffTags.EXTRA_SAMPLES, 3, 1, extra});
        }
        return tags;
    }
}
