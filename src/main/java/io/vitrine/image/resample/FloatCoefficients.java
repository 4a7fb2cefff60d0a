package io.vitrine.image.resample;

/** Weights in 32-bit floats, as torchvision computes them. */
final class FloatCoefficients extends Coefficients {
    final float[] weights = new float[size()];

    private FloatCoefficients(int out, int taps) {
        super(out, taps);
    }

    /** Computes the weights in 32-bit floats, in torchvision's order of operations. */
    static FloatCoefficients of(ResampleFilter filter, int in, int out) {
        float scale = (float) in / out;
        float stretch = Math.max(scale, 1f);
        float support = (float) filter.support() * stretch;
        FloatCoefficients c = new FloatCoefficients(out, (int) Math.ceil(support) * 2 + 1);
        for (int i = 0; i < out; i++) {
            float center = scale * (i + 0.5f);
            int min = Math.max(0, (int) (center - support + 0.5f));
            // With tens of millions of inputs, floats round so coarsely that the window would exceed taps.
            int length = Math.min(c.taps, Math.min(in, (int) (center + support + 0.5f)) - min);
            int at = i * c.stride;
            float sum = 0;
            for (int k = 0; k < length; k++) {
                c.weights[at + k] = (float) filter.weight((k + min - center + 0.5f) / stretch);
                sum += c.weights[at + k];
            }
            for (int k = 0; k < length; k++) {
                c.weights[at + k] /= sum;
            }
            c.first[i] = min;
            c.count[i] = length;
        }
        return c;
    }
}
