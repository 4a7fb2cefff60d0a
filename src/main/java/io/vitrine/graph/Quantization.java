package io.vitrine.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Quantizes the weight of a linear layer to 8-bit integers: symmetric, one scale per output, whose largest weight becomes 127.
 * The layout is (in, out), as ONNX Runtime's {@code DynamicQuantizeMatMul} reads it.
 */
final class Quantization {
    private static final int MAX_LEVEL = 127;

    private final float[] weight;
    private final int out;
    private final int in;

    /** @param weight (out, in), row-major */
    Quantization(float[] weight, int out, int in) {
        this.weight = weight;
        this.out = out;
        this.in = in;
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
        for (int o = 0; o < out; o++) {
            float inverse = 1 / scales[o];
            for (int i = 0; i < in; i++) {
                bytes.put(i * out + o, (byte) Math.round(weight[o * in + i] * inverse));
            }
        }
        return bytes;
    }
}
