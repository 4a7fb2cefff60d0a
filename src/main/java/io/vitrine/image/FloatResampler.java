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
        float[] levels = new float[256];
        for (int level = 0; level < 256; level++) {
            levels[level] = (float) level * (float) factor;
        }
        int height = image.height();
        float[] rows = rows(image, to.width(), filter, levels); // (height, to.width, 3)
        return height == to.height() ? rows : columns(rows, height, to.height(), 3 * to.width(), filter);
    }

    /** Resamples each row, straight from the bytes: a whole image of floats would take four times as much. */
    private static float[] rows(RgbImage image, int out, Filter filter, float[] levels) {
        int in = image.width();
        byte[] pixels = image.pixels();
        float[] result = new float[Math.multiplyExact(Math.multiplyExact(image.height(), out), 3)];
        if (in == out) {
            for (int i = 0; i < result.length; i++) {
                result[i] = levels[pixels[i] & 0xff];
            }
            return result;
        }
        Taps taps = new Taps(in, out, filter);
        for (int i = 0; i < out; i++) {
            taps.of(i);
            for (int y = 0; y < image.height(); y++) {
                int at = (y * out + i) * 3;
                for (int k = 0; k < taps.count; k++) {
                    int from = (y * in + taps.first + k) * 3;
                    result[at] += taps.weights[k] * levels[pixels[from] & 0xff];
                    result[at + 1] += taps.weights[k] * levels[pixels[from + 1] & 0xff];
                    result[at + 2] += taps.weights[k] * levels[pixels[from + 2] & 0xff];
                }
            }
        }
        return result;
    }

    /** Resamples the first axis of (in, width). */
    private static float[] columns(float[] values, int in, int out, int width, Filter filter) {
        float[] result = new float[Math.multiplyExact(out, width)];
        Taps taps = new Taps(in, out, filter);
        for (int i = 0; i < out; i++) {
            taps.of(i);
            for (int k = 0; k < taps.count; k++) {
                int from = (taps.first + k) * width;
                for (int x = 0; x < width; x++) {
                    result[i * width + x] += taps.weights[k] * values[from + x];
                }
            }
        }
        return result;
    }

    /** What one output is made of, computed one after the other in 32-bit floats. */
    private static final class Taps {
        private final int in;
        private final Filter filter;
        private final float scale;
        private final float stretch;
        private final float support;
        private final float[] weights;
        private int first;
        private int count;

        Taps(int in, int out, Filter filter) {
            this.in = in;
            this.filter = filter;
            this.scale = (float) in / out;
            this.stretch = Math.max(scale, 1f);
            this.support = (float) filter.support() * stretch;
            this.weights = new float[(int) Math.ceil(support) * 2 + 1];
        }

        void of(int i) {
            float center = scale * (i + 0.5f);
            first = Math.max(0, (int) (center - support + 0.5f));
            count = Math.min(in, (int) (center + support + 0.5f)) - first;
            float sum = 0;
            for (int k = 0; k < count; k++) {
                weights[k] = (float) filter.weight((k + first - center + 0.5f) / stretch);
                sum += weights[k];
            }
            for (int k = 0; k < count; k++) {
                weights[k] /= sum;
            }
        }
    }
}
