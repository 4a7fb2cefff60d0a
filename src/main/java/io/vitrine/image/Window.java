package io.vitrine.image;

import java.util.Arrays;

/**
 * The rows (or columns) that a pass has read and still needs, and their weighted sums. Each is an array of its own, and the
 * sums are loops over whole arrays: that is what HotSpot makes vector instructions of (not of parts of one array, which it
 * takes for overlapping, nor of {@code Math.max}). Used by one thread; keeps its buffers.
 */
final class Window {
    /** Arrays that are summed in one loop. */
    static final int TOGETHER = 4;

    private int[][] slots = new int[0][];
    private int mask;

    /**
     * Makes room.
     *
     * @param count of arrays that are needed at a time
     * @param length of each
     */
    void begin(int count, int length) {
        if (slots.length < count || slots[0].length < length) {
            slots = new int[slotsFor(count)][length];
            mask = slots.length - 1;
        }
    }

    /** How many weights an output of {@code taps} inputs has, zeros included, for whole loops. */
    static int padded(int taps) {
        return (taps + TOGETHER - 1) / TOGETHER * TOGETHER;
    }

    /** How many there are where {@code count} are needed. */
    static int slotsFor(int count) {
        return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    /** The array of row {@code index}, which takes the place of the one that is as many rows back as there are arrays. */
    int[] slot(int index) {
        return slots[index & mask];
    }

    /**
     * Sums for one output, rounded and clipped to 0..255.
     *
     * @param sums takes the first {@code length} of them
     */
    void sum(Coefficients c, int output, int[] sums, int length) {
        Arrays.fill(sums, 0, length, 1 << (Coefficients.PRECISION_BITS - 1));
        int row = c.first[output];
        int at = output * c.stride;
        int[] w = c.weights;
        for (int left = c.count[output]; left > 0; left -= TOGETHER, row += TOGETHER, at += TOGETHER) {
            if (left > 2) {
                four(
                        sums,
                        length,
                        slot(row),
                        slot(row + 1),
                        slot(row + 2),
                        slot(row + 3),
                        w[at],
                        w[at + 1],
                        w[at + 2],
                        w[at + 3]);
            } else {
                two(sums, length, slot(row), slot(row + 1), w[at], w[at + 1]);
            }
        }
        clip(sums, length);
    }

    private static void four(int[] sums, int length, int[] a, int[] b, int[] c, int[] d, int u, int v, int w, int x) {
        for (int i = 0; i < length; i++) {
            sums[i] += u * a[i] + v * b[i] + w * c[i] + x * d[i];
        }
    }

    private static void two(int[] sums, int length, int[] a, int[] b, int u, int v) {
        for (int i = 0; i < length; i++) {
            sums[i] += u * a[i] + v * b[i];
        }
    }

    private static void clip(int[] sums, int length) {
        for (int i = 0; i < length; i++) {
            int level = sums[i] >> Coefficients.PRECISION_BITS;
            level &= ~(level >> 31); // at least 0
            int room = 255 - level;
            sums[i] = level + (room & room >> 31); // at most 255
        }
    }
}
