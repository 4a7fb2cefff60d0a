package io.vitrine.graph;

import io.vitrine.Size;
import java.util.Arrays;
import java.util.List;

/**
 * The rotation of each token in DINOv3, from the centre of its patch in coordinates from -1 to 1. Class and register tokens
 * are not rotated.
 *
 * @param cos (1, tokens, 1, head size)
 * @param sin the same shape, the first half negated, as {@link GraphBuilder#rotate} expects
 */
record RotaryPositions(Parameter cos, Parameter sin) {

    /**
     * @param prefix number of tokens before the patches
     * @param size the head size, a multiple of 4
     */
    static RotaryPositions of(Size grid, int prefix, int size, double theta) {
        int tokens = prefix + grid.height() * grid.width();
        float[] cos = new float[tokens * size];
        float[] sin = new float[tokens * size];
        Arrays.fill(cos, 0, prefix * size, 1);
        for (int t = prefix; t < tokens; t++) {
            double y = centre((t - prefix) / grid.width(), grid.height());
            double x = centre((t - prefix) % grid.width(), grid.width());
            for (int k = 0; k < size / 4; k++) {
                double frequency = 2 * Math.PI * Math.pow(theta, -4.0 * k / size);
                set(cos, sin, t * size + k, size, y * frequency);
                set(cos, sin, t * size + size / 4 + k, size, x * frequency);
            }
        }
        List<Integer> shape = List.of(1, tokens, 1, size);
        return new RotaryPositions(
                new Parameter.Constant("rotary.cos", shape, cos), new Parameter.Constant("rotary.sin", shape, sin));
    }

    private static double centre(int patch, int patches) {
        return (patch + 0.5) / patches * 2 - 1;
    }

    /** Sets the angle of component {@code at} in the first half of a head, and of its pair in the second half. */
    private static void set(float[] cos, float[] sin, int at, int size, double angle) {
        cos[at] = (float) Math.cos(angle);
        cos[at + size / 2] = cos[at];
        sin[at] = (float) -Math.sin(angle);
        sin[at + size / 2] = -sin[at];
    }
}
