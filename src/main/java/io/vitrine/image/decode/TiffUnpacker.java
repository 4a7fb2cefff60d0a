package io.vitrine.image.decode;

/** Turns rows of a TIFF's samples into RGB, as Pillow's raw modes and its conversion to RGB do. */
final class TiffUnpacker {
    private final TiffSamples samples;
    private final int[] palette;
    private final boolean littleEndian;
    private final byte[] rgb;
    private final int width;

    /**
     * @param palette colours as 0xRRGGBB, if samples are palette indices
     * @param rgb output, (height, width, 3)
     * @param width of the output
     */
    TiffUnpacker(TiffSamples samples, int[] palette, boolean littleEndian, byte[] rgb, int width) {
        this.samples = samples;
        this.palette = palette;
        this.littleEndian = littleEndian;
        this.rgb = rgb;
        this.width = width;
    }

    /**
     * Unpacks a part of a row.
     *
     * @param from index of its first byte
     * @param x column of its first pixel
     * @param count of pixels
     */
    void unpack(byte[] row, int from, int x, int y, int count) {
        int to = 3 * (y * width + x);
        switch (samples.kind()) {
            case GREY -> unpackGrey(row, from, to, count);
            case RGB, YCBCR -> unpackRgb(row, from, to, count); // a JPEG's YCbCr is converted already
            case RGB_PREMULTIPLIED -> unpackPremultiplied(row, from, to, count);
            case PALETTE -> unpackPalette(row, from, to, count);
            case CMYK -> unpackCmyk(row, from, to, count);
            case LAB -> unpackLab(row, from, to, count);
        }
    }

    private void unpackGrey(byte[] row, int from, int to, int count) {
        int invert = samples.whiteIsZero() ? 0xff : 0;
        int bytes = samples.count(); // of 8-bit samples: with or without alpha
        for (int i = 0; i < count; i++) {
            int level = samples.bits() == 8 ? row[from + i * bytes] : grey(row, from, i);
            byte value = (byte) (level ^ invert);
            rgb[to++] = value;
            rgb[to++] = value;
            rgb[to++] = value;
        }
    }

    /** One level from 0 to 255. Deep ones are clipped. */
    private int grey(byte[] row, int from, int i) {
        return switch (samples.bits()) {
            case 1, 2, 4 -> bits(row, from, i) * 255 / ((1 << samples.bits()) - 1);
            case 12 -> Math.min(255, packed12(row, from, i));
            case 16 ->
                clip(
                        samples.format() == TiffSamples.Format.SIGNED
                                ? (short) u16(row, from + 2 * i)
                                : u16(row, from + 2 * i));
            default ->
                clip(
                        samples.format() == TiffSamples.Format.FLOAT
                                ? (int) Float.intBitsToFloat(i32(row, from + 4 * i))
                                : i32(row, from + 4 * i));
        };
    }

    private int bits(byte[] row, int from, int i) {
        int bit = i * samples.bits();
        return (row[from + (bit >> 3)] & 0xff) >> (8 - samples.bits() - (bit & 7)) & ((1 << samples.bits()) - 1);
    }

    /** Two samples in three bytes, the highest bits first. */
    private static int packed12(byte[] row, int from, int i) {
        int at = from + (i >> 1) * 3;
        return (i & 1) == 0
                ? (row[at] & 0xff) << 4 | (row[at + 1] & 0xff) >> 4
                : (row[at + 1] & 0xf) << 8 | row[at + 2] & 0xff;
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private int u16(byte[] row, int at) {
        int first = row[at] & 0xff;
        int second = row[at + 1] & 0xff;
        return littleEndian ? second << 8 | first : first << 8 | second;
    }

    private int i32(byte[] row, int at) {
        return littleEndian ? u16(row, at + 2) << 16 | u16(row, at) : u16(row, at) << 16 | u16(row, at + 2);
    }

    /** Index of a sample's high byte within it. */
    private int highByte() {
        return samples.bits() == 16 && littleEndian ? 1 : 0;
    }

    private void unpackRgb(byte[] row, int from, int to, int count) {
        int bytes = samples.bits() / 8;
        int pixel = bytes * samples.count();
        if (pixel == 3) {
            System.arraycopy(row, from, rgb, to, 3 * count);
            return;
        }
        for (int i = 0, at = from + highByte(); i < count; i++, at += pixel) {
            rgb[to++] = row[at];
            rgb[to++] = row[at + bytes];
            rgb[to++] = row[at + 2 * bytes];
        }
    }

    private void unpackPremultiplied(byte[] row, int from, int to, int count) {
        int bytes = samples.bits() / 8;
        int pixel = bytes * samples.count();
        for (int i = 0, at = from + highByte(); i < count; i++, at += pixel) {
            int alpha = row[at + 3 * bytes] & 0xff;
            for (int c = 0; c < 3; c++) {
                rgb[to++] = (byte) (alpha == 0 ? 0 : Math.min(255, 255 * (row[at + c * bytes] & 0xff) / alpha));
            }
        }
    }

    private void unpackPalette(byte[] row, int from, int to, int count) {
        for (int i = 0; i < count; i++) {
            int index = samples.bits() == 8 ? row[from + i * samples.count()] & 0xff : bits(row, from, i);
            int colour = palette[index];
            rgb[to++] = (byte) (colour >> 16);
            rgb[to++] = (byte) (colour >> 8);
            rgb[to++] = (byte) colour;
        }
    }

    private void unpackLab(byte[] row, int from, int to, int count) {
        for (int i = 0; i < 3 * count; i += 3) {
            LabColours.toRgb(row[from + i] & 0xff, row[from + i + 1] + 128, row[from + i + 2] + 128, rgb, to + i);
        }
    }

    private void unpackCmyk(byte[] row, int from, int to, int count) {
        int bytes = samples.bits() / 8;
        int pixel = bytes * samples.count();
        for (int i = 0, at = from + highByte(); i < count; i++, at += pixel) {
            int black = row[at + 3 * bytes] & 0xff;
            for (int c = 0; c < 3; c++) {
                rgb[to++] = Cmyk.toRgb(row[at + c * bytes] & 0xff, black);
            }
        }
    }
}
