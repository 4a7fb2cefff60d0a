package io.vitrine.image.decode;

import io.vitrine.FileBytes;

/** Converts a PNG's rows to 8-bit RGB, by Pillow's rules: alpha is dropped, 16-bit grey is clipped, other 16-bit samples cut. */
final class PngRowConverter {
    private final PngColours colours;
    private final int[] table; // colours of packed pixels and of 8-bit indices, as 0xRRGGBB

    /** @param palette three bytes for each colour; further indices are black */
    PngRowConverter(PngColours colours, FileBytes palette) {
        this.colours = colours;
        this.table = new int[256];
        int last = (1 << Math.min(8, colours.bitDepth())) - 1;
        for (int i = 0; i <= last; i++) {
            if (colours.kind() != PngColours.Kind.PALETTE) {
                table[i] = i * 255 / last * 0x010101;
            } else if (3 * i + 2 < palette.length()) {
                table[i] = palette.at(3 * i) << 16 | palette.at(3 * i + 1) << 8 | palette.at(3 * i + 2);
            }
        }
    }

    /** RGB of pixels whose samples are 0. */
    byte[] blank(int pixels) {
        byte[] rgb = new byte[3 * pixels];
        if (colours.kind() == PngColours.Kind.PALETTE && table[0] != 0) {
            for (int i = 0; i < rgb.length; i += 3) {
                put(rgb, i, table[0]);
            }
        }
        return rgb;
    }

    /**
     * Converts a row.
     *
     * @param row starts with its filter
     * @param to offset of the first pixel in {@code rgb}
     * @param right columns from one pixel to the next
     */
    void convert(byte[] row, int pixels, byte[] rgb, int to, int right) {
        int step = 3 * right;
        int sampleBytes = colours.bitDepth() / 8;
        switch (colours.kind()) {
            case GREY -> {
                if (sampleBytes == 2) {
                    convertClipped(row, pixels, rgb, to, step);
                } else {
                    convertPacked(row, pixels, rgb, to, step);
                }
            }
            case PALETTE -> convertPacked(row, pixels, rgb, to, step);
            case GREY_ALPHA -> convertSamples(row, pixels, 2 * sampleBytes, 0, rgb, to, step);
            case RGB -> {
                if (sampleBytes == 1 && right == 1) {
                    System.arraycopy(row, 1, rgb, to, 3 * pixels);
                } else {
                    convertSamples(row, pixels, 3 * sampleBytes, sampleBytes, rgb, to, step);
                }
            }
            case RGB_ALPHA -> convertSamples(row, pixels, 4 * sampleBytes, sampleBytes, rgb, to, step);
        }
    }

    /** Grey levels or indices of at most 8 bits. */
    private void convertPacked(byte[] row, int pixels, byte[] rgb, int to, int step) {
        int bits = colours.bitDepth();
        int mask = (1 << bits) - 1;
        for (int i = 0, at = to; i < pixels; i++, at += step) {
            int bit = i * bits;
            put(rgb, at, table[row[1 + (bit >> 3)] >> 8 - bits - (bit & 7) & mask]);
        }
    }

    private static void convertClipped(byte[] row, int pixels, byte[] rgb, int to, int step) {
        for (int i = 0, at = to; i < pixels; i++, at += step) {
            byte level = row[1 + 2 * i] == 0 ? row[2 + 2 * i] : (byte) 255;
            rgb[at] = level;
            rgb[at + 1] = level;
            rgb[at + 2] = level;
        }
    }

    /** The high bytes of samples, {@code next} bytes from red to green and from green to blue. */
    private static void convertSamples(byte[] row, int pixels, int pixelBytes, int next, byte[] rgb, int to, int step) {
        for (int i = 0, from = 1, at = to; i < pixels; i++, from += pixelBytes, at += step) {
            rgb[at] = row[from];
            rgb[at + 1] = row[from + next];
            rgb[at + 2] = row[from + 2 * next];
        }
    }

    private static void put(byte[] rgb, int at, int colour) {
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
    }
}
