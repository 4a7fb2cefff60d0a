package io.vitrine.image.decode;

import java.util.Arrays;

/** Undoes the differences that samples of a row are stored as. Samples stay in the file's byte order. */
final class TiffPredictor {
    private TiffPredictor() {}

    /**
     * Adds each sample to the one before it of the same channel.
     *
     * @param bytes of a sample: 1, 2 or 4
     * @param channels interleaved in the row
     */
    static void addUp(byte[] row, int from, int to, int bytes, int channels, boolean littleEndian) {
        int stride = bytes * channels;
        if (bytes == 1 && channels == 3) {
            addUpRgb(row, from, to);
            return;
        } else if (bytes == 1) {
            for (int i = from + stride; i < to; i++) {
                row[i] += row[i - stride];
            }
            return;
        }
        for (int i = from + stride; i + bytes <= to; i += bytes) {
            int carry = 0;
            for (int b = 0; b < bytes; b++) {
                int at = i + (littleEndian ? b : bytes - 1 - b);
                carry += (row[at] & 0xff) + (row[at - stride] & 0xff);
                row[at] = (byte) carry;
                carry >>= 8;
            }
        }
    }

    /** The most common kind, with its sums in registers. */
    private static void addUpRgb(byte[] row, int from, int to) {
        int r = 0;
        int g = 0;
        int b = 0;
        for (int i = from; i + 2 < to; i += 3) {
            r += row[i];
            g += row[i + 1];
            b += row[i + 2];
            row[i] = (byte) r;
            row[i + 1] = (byte) g;
            row[i + 2] = (byte) b;
        }
    }

    /** Adds up the bytes of floating-point samples, which lie by significance: all highest bytes first. */
    static void addUpFloats(byte[] row, int from, int to, int bytes, int channels, boolean littleEndian) {
        for (int i = from + channels; i < to; i++) {
            row[i] += row[i - channels];
        }
        byte[] planes = Arrays.copyOfRange(row, from, to);
        int count = planes.length / bytes;
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < bytes; b++) {
                row[from + bytes * i + b] = planes[(littleEndian ? bytes - 1 - b : b) * count + i];
            }
        }
    }
}
