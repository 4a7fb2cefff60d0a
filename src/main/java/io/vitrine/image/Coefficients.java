package io.vitrine.image;

/**
 * The fixed-point weights of one resampling pass: output pixel i is the sum over k of {@code weights[i * stride + k]} times
 * input pixel {@code first[i] + k}, for k below {@code count[i]}, in units of 2^-22. The other weights are zero.
 */
final class Coefficients {
    static final int PRECISION_BITS = 22;

    final int out;
    final int taps;
    final int stride;
    final int[] first;
    final int[] count;
    final int[] weights;

    /** Computes them as Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc} do, step for step. */
    Coefficients(Filter filter, int in, int out) {
        this.out = out;
        double scale = (double) in / out;
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        taps = (int) Math.ceil(support) * 2 + 1;
        stride = Window.padded(taps);
        first = new int[out];
        count = new int[out];
        weights = new int[Math.multiplyExact(out, stride)];
        double[] row = new double[taps];
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
                weights[i * stride + k] = (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            first[i] = min;
            count[i] = length;
        }
    }
}
