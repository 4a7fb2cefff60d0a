package io.vitrine.image.resample;

import java.util.Arrays;

/** Weighted sums in fixed point, rounded and clipped to 0..255. */
final class IntWindow extends Window<int[], IntCoefficients> {
    @Override
    int[][] arrays(int count, int length) {
        return new int[count][length];
    }

    @Override
    void sum(IntCoefficients c, int output, int[] sums, int length) {
        Arrays.fill(sums, 0, length, 1 << (IntCoefficients.PRECISION_BITS - 1));
        int row = c.first[output];
        int at = output * c.stride;
        int[] w = c.weights;
        for (int left = c.count[output]; left > 0; left -= UNROLL, row += UNROLL, at += UNROLL) {
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
            int level = sums[i] >> IntCoefficients.PRECISION_BITS;
            level &= ~(level >> 31); // at least 0
            int room = 255 - level;
            sums[i] = level + (room & room >> 31); // at most 255
        }
    }
}
