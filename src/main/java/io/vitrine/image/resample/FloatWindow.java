package io.vitrine.image.resample;

import java.util.Arrays;

/** Weighted sums in 32-bit floats. Products are added in the order of their inputs; sums are not rounded or clipped. */
final class FloatWindow extends Window<float[], FloatCoefficients> {
    @Override
    float[][] arrays(int count, int length) {
        return new float[count][length];
    }

    @Override
    void sum(FloatCoefficients c, int output, float[] sums, int length) {
        Arrays.fill(sums, 0, length, 0);
        int row = c.first[output];
        int at = output * c.stride;
        float[] w = c.weights;
        for (int left = c.count[output]; left > 0; left -= UNROLL, row += UNROLL, at += UNROLL) {
            add(
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
        }
    }

    private static void add(
            float[] sums, int length, float[] a, float[] b, float[] c, float[] d, float u, float v, float w, float x) {
        for (int i = 0; i < length; i++) {
            sums[i] = sums[i] + u * a[i] + v * b[i] + w * c[i] + x * d[i];
        }
    }
}
