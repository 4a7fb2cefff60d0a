package io.vitrine.image;

import io.vitrine.Size;

/**
 * Resizes rescaled pixels as torchvision resizes float tensors, {@code interpolate(antialias=True)}: the filter is widened
 * when shrinking, weights and sums are 32-bit floats, rows are resampled before columns, nothing is rounded or clipped.
 * The reference sums in the order its vector units like, so this agrees to the last bits only.
 */
final class FloatResampler {
    private FloatResampler() {}

    /**
     * @param factor what pixels are multiplied with first
     * @return (height, width, 3)
     */
    static float[] resize(RgbImage image, Size to, Filter filter, double factor) {
        float[] values = rescaled(image, factor);
        Size from = image.size();
        if (from.equals(to)) {
            return values;
        }
        // (height, width, 3) to (height, to.width, 3), then seen as (1, height, to.width * 3)
        float[] rows = pass(values, from.height(), from.width(), to.width(), 3, filter);
        return pass(rows, 1, from.height(), to.height(), 3 * to.width(), filter);
    }

    private static float[] rescaled(RgbImage image, double factor) {
        float[] levels = new float[256];
        for (int level = 0; level < 256; level++) {
            levels[level] = (float) level * (float) factor;
        }
        float[] values = new float[image.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = levels[image.pixels()[i] & 0xff];
        }
        return values;
    }

    /** Resamples the middle axis of (outer, in, inner). */
    private static float[] pass(float[] values, int outer, int in, int out, int inner, Filter filter) {
        if (in == out) {
            return values;
        }
        float scale = (float) in / out;
        float stretch = Math.max(scale, 1f);
        float support = (float) filter.support() * stretch;
        float[] result = new float[outer * out * inner];
        float[] weights = new float[(int) Math.ceil(support) * 2 + 1];
        for (int i = 0; i < out; i++) {
            float center = scale * (i + 0.5f);
            int first = Math.max(0, (int) (center - support + 0.5f));
            int count = Math.min(in, (int) (center + support + 0.5f)) - first;
            float sum = 0;
            for (int k = 0; k < count; k++) {
                weights[k] = (float) filter.weight((k + first - center + 0.5f) / stretch);
                sum += weights[k];
            }
            for (int o = 0; o < outer; o++) {
                int to = (o * out + i) * inner;
                for (int k = 0; k < count; k++) {
                    float weight = weights[k] / sum;
                    int from = (o * in + first + k) * inner;
                    for (int c = 0; c < inner; c++) {
                        result[to + c] += weight * values[from + c];
                    }
                }
            }
        }
        return result;
    }
}
