package io.vitrine.image.resample;

import java.util.Arrays;

/**
 * The weights of one pass of a resize, for programs that run the passes elsewhere. Output i is the sum of weight {@code i * stride +
 * k} times input {@code first[i] + k}, for k from 0 to {@code count[i]}, exclusive.
 */
public final class AxisWeights {
    private final int[] first;
    private final int[] count;
    private final int[] weights;
    private final int stride;

    private AxisWeights(int[] first, int[] count, int[] weights, int stride) {
        this.first = first;
        this.count = count;
        this.weights = weights;
        this.stride = stride;
    }

    /** Pillow's weights, in units of 2^-22. NEAREST has one weight of 1 per output. */
    public static AxisWeights ofLevels(ResampleFilter filter, int in, int out) {
        if (filter == ResampleFilter.NEAREST) {
            int[] ones = new int[out];
            Arrays.fill(ones, 1);
            int[] weights = new int[out];
            Arrays.fill(weights, 1 << IntCoefficients.PRECISION_BITS);
            return new AxisWeights(PillowResampler.centres(in, out), ones, weights, 1);
        }
        IntCoefficients c = IntCoefficients.of(filter, in, out);
        return new AxisWeights(c.first, c.count, c.weights, c.stride);
    }

    /**
     * torchvision's weights, the bits of 32-bit floats.
     *
     * @throws IllegalStateException for NEAREST, which has no weights
     */
    public static AxisWeights ofFloats(ResampleFilter filter, int in, int out) {
        FloatCoefficients c = FloatCoefficients.of(filter, in, out);
        int[] bits = new int[c.weights.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(c.weights[i]);
        }
        return new AxisWeights(c.first, c.count, bits, c.stride);
    }

    /** Number of outputs. */
    public int out() {
        return first.length;
    }

    /** Distance between the first weights of two outputs. At least 1. */
    public int stride() {
        return stride;
    }

    public int first(int output) {
        return first[output];
    }

    public int count(int output) {
        return count[output];
    }

    /** A weight, or the bits of it. */
    public int weight(int index) {
        return weights[index];
    }

    /** 32-bit words of firsts, counts and weights. */
    public int words() {
        return first.length + count.length + weights.length;
    }
}
