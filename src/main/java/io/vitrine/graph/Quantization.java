package io.vitrine.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Quantizes the weight of a linear layer to 8-bit integers: symmetric, one scale per output, whose largest weight becomes 127.
 * The layout is (in, out), as ONNX Runtime's integer products read it.
 */
final class Quantization {
    private static final int MAX_LEVEL = 127;
    private static final int BLOCK = 64; // outputs that are transposed at a time: a cache line of integers

    private final float[] weight;
    private final int out;
    private final int in;

    /** @param weight (out, in), row-major */
    Quantization(float[] weight, int out, int in) {
        this.weight = weight;
        this.out = out;
        this.in = in;
    }

    /**
     * Quantizes a weight whose inputs are divided by {@code channels} before it.
     *
     * @param weight (out, in), row-major; not modified
     * @param channels (in)
     */
    static Quantization ofScaledInputs(float[] weight, int out, float[] channels) {
        float[] scaled = new float[weight.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = weight[i] * channels[i % channels.length];
        }
        return new Quantization(scaled, out, channels.length);
    }

    /** The value of one integer step, for each output: (out). */
    float[] scales() {
        float[] scales = new float[out];
        for (int o = 0; o < out; o++) {
            float largest = 0;
            for (int i = 0; i < in; i++) {
                largest = Math.max(largest, Math.abs(weight[o * in + i]));
            }
            scales[o] = largest == 0 ? 1 : largest / MAX_LEVEL;
        }
        return scales;
    }

    /** The integers, (in, out), in direct memory. */
    ByteBuffer integers() {
        float[] scales = scales();
        ByteBuffer bytes = ByteBuffer.allocateDirect(out * in).order(ByteOrder.nativeOrder());
        for (int from = 0; from < out; from += BLOCK) {
            int to = Math.min(out, from + BLOCK);
            for (int i = 0; i < in; i++) {
                for (int o = from; o < to; o++) {
                    bytes.put(i * out + o, (byte) Math.round(weight[o * in + i] / scales[o]));
                }
            }
        }
        return bytes;
    }
}
