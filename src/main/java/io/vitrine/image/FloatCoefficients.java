package io.vitrine.image;

/**
 * The weights of one resampling pass in 32-bit floats, each computed as torchvision does: output i is the sum over k of
 * {@code weights[i * stride + k]} times input {@code first[i] + k}, for k below {@code count[i]}. The other weights are zero.
 */
final class FloatCoefficients {
    final int out;
    final int taps;
    final int stride;
    final int[] first;
    final int[] count;
    final float[] weights;

    FloatCoefficients(Filter filter, int in, int out) {
        this.out = out;
        float scale = (float) in / out;
        float stretch = Math.max(scale, 1f);
        float support = (float) filter.support() * stretch;
        taps = (int) Math.ceil(support) * 2 + 1;
        stride = Window.padded(taps);
        first = new int[out];
        count = new int[out];
        weights = new float[Math.multiplyExact(out, stride)];
        for (int i = 0; i < out; i++) {
            float center = scale * (i + 0.5f);
            first[i] = Math.max(0, (int) (center - support + 0.5f));
            // Where pixels are tens of millions, a float's rounding would make it more.
            count[i] = Math.min(taps, Math.min(in, (int) (center + support + 0.5f)) - first[i]);
            int at = i * stride;
            float sum = 0;
            for (int k = 0; k < count[i]; k++) {
                weights[at + k] = (float) filter.weight((k + first[i] - center + 0.5f) / stretch);
                sum += weights[at + k];
            }
            for (int k = 0; k < count[i]; k++) {
                weights[at + k] /= sum;
            }
        }
    }
}
