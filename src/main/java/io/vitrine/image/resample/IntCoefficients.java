package io.vitrine.image.resample;

/** Weights in fixed point, in units of 2^-22, as Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc} compute them. */
final class IntCoefficients extends Coefficients {
    static final int PRECISION_BITS = 22;

    final int[] weights = new int[size()];

    private IntCoefficients(int out, int taps) {
        super(out, taps);
    }

    /** Computes the weights in 64-bit floats, in Pillow's order of operations, and rounds them. */
    static IntCoefficients of(ResampleFilter filter, int in, int out) {
        double scale = (double) in / out;
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        IntCoefficients c = new IntCoefficients(out, (int) Math.ceil(support) * 2 + 1);
        double[] row = new double[c.taps];
        for (int i = 0; i < out; i++) {
            double center = (i + 0.5) * scale;
            double inverse = 1 / filterScale;
            int min = Math.max(0, (int) (center - support + 0.5));
            int length = Math.min(in, (int) (center + support + 0.5)) - min;
            double sum = 0;
            for (int k = 0; k < length; k++) {
                row[k] = filter.weight((k + min - center + 0.5) * inverse);
                sum += row[k];
            }
            for (int k = 0; k < length; k++) {
                double weight = sum == 0 ? row[k] : row[k] / sum;
                double scaled = weight * (1 << PRECISION_BITS);
                c.weights[i * c.stride + k] = (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            c.first[i] = min;
            c.count[i] = length;
        }
        return c;
    }
}
