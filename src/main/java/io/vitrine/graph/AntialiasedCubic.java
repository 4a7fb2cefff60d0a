package io.vitrine.graph;

import io.vitrine.Size;

/**
 * PyTorch's antialiased cubic resampling of tables of floats, {@code interpolate(mode="bicubic", antialias=True)}: a = -0.5,
 * widened by the ratio when shrinking, cut at the border and normalized.
 *
 * <p>It gives the bits of PyTorch's CPU kernels: first along the rows, then along the columns, in single precision, with sums in
 * the order and with the fused operations that their compiler chose. Models that round a resized table to 16 bits, as timm does,
 * need the bits: a value near the middle of two such numbers would else become the other one.
 */
final class AntialiasedCubic {
    private static final int TAPS_TOGETHER = 4; // whose products are rounded one by one; of the rest, sums are fused

    private AntialiasedCubic() {}

    /** The weights of the source cells from {@code first} on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Taps(int first, float[] weights) {}

    /** Resamples a (from.height, from.width, width) table to (to.height, to.width, width). */
    static float[] resample(float[] table, Size from, Size to, int width) {
        float[] wide = along(table, from.height(), from.width(), to.width(), width);
        return along(wide, 1, from.height(), to.height(), to.width() * width);
    }

    /** Resamples the middle axis of (outer, from, inner) to (outer, to, inner). */
    private static float[] along(float[] values, int outer, int from, int to, int inner) {
        float[] out = new float[outer * to * inner];
        for (int i = 0; i < to; i++) {
            Taps taps = taps(i, from, to);
            for (int o = 0; o < outer; o++) {
                sum(values, (o * from + taps.first) * inner, taps.weights, out, (o * to + i) * inner, inner);
            }
        }
        return out;
    }

    private static void sum(float[] values, int source, float[] weights, float[] out, int target, int inner) {
        int apart = (weights.length - 1) / TAPS_TOGETHER * TAPS_TOGETHER;
        for (int d = 0; d < inner; d++) {
            float sum = values[source + d] * weights[0];
            for (int k = 1; k < weights.length; k++) {
                float value = values[source + k * inner + d];
                sum = k <= apart ? sum + value * weights[k] : Math.fma(value, weights[k], sum);
            }
            out[target + d] = sum;
        }
    }

    private static Taps taps(int i, int from, int to) {
        float scale = (float) from / to;
        boolean shrinks = scale >= 1;
        float support = shrinks ? 2 * scale : 2;
        float inverse = shrinks ? 1 / scale : 1;
        float centre = scale * (i + 0.5f);
        int first = Math.max((int) (centre - support + 0.5f), 0);
        int count = Math.min((int) (centre + support + 0.5f), from) - first;
        float offset = first - centre;
        float[] weights = new float[count];
        float total = 0;
        for (int k = 0; k < count; k++) {
            weights[k] = cubic((k + offset + 0.5f) * inverse);
            total += weights[k];
        }
        for (int k = 0; k < count; k++) {
            weights[k] /= total;
        }
        return new Taps(first, weights);
    }

    private static float cubic(float distance) {
        float x = Math.abs(distance);
        if (x < 1) {
            return Math.fma(Math.fma(1.5f, x, -2.5f) * x, x, 1);
        }
        return x < 2 ? Math.fma(Math.fma(Math.fma(-0.5f, x, 2.5f), x, -4), x, 2) : 0;
    }
}
