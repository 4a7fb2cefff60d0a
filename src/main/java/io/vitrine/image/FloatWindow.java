package io.vitrine.image;

import java.util.Arrays;

/** As {@link Window}, in 32-bit floats, and nothing rounded or clipped. */
final class FloatWindow {
    private float[][] slots = new float[0][];
    private int mask;

    /**
     * Makes room.
     *
     * @param count of arrays that are needed at a time
     * @param length of each
     */
    void begin(int count, int length) {
        if (slots.length < count || slots[0].length < length) {
            slots = new float[Window.slotsFor(count)][length];
            mask = slots.length - 1;
        }
    }

    float[] slot(int index) {
        return slots[index & mask];
    }

    /** Sums for one output, one product after the other. */
    void sum(FloatCoefficients c, int output, float[] sums, int length) {
        Arrays.fill(sums, 0, length, 0);
        int row = c.first[output];
        int at = output * c.stride;
        float[] w = c.weights;
        for (int left = c.count[output];
                left > 0;
                left -= Window.TOGETHER, row += Window.TOGETHER, at += Window.TOGETHER) {
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
