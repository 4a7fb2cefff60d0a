package io.vitrine.inference;

import io.vitrine.graph.FeatureGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * What the model answered for one batch: each output as little-endian 32-bit floats, image after image. Read only by the
 * thread that asked.
 */
public final class Features {
    private static final int LOOKED_AT = 1024;

    private final Map<String, FeatureGraph.Output> outputs;
    private final Map<String, ByteBuffer> values;
    private final Features rest;
    private final int own;

    Features(Map<String, FeatureGraph.Output> outputs, Map<String, ByteBuffer> values) {
        this(outputs, values, null, Integer.MAX_VALUE);
    }

    private Features(Map<String, FeatureGraph.Output> outputs, Map<String, ByteBuffer> values, Features rest, int own) {
        this.outputs = outputs;
        this.values = values;
        this.rest = rest;
        this.own = own;
    }

    /** The features of {@code count} images, and behind them those of others. */
    static Features joined(Features first, int count, Features others) {
        return new Features(first.outputs, first.values, others, count);
    }

    /** Whether the first numbers of every image's outputs are numbers: one overflow makes whole tokens of NaNs. */
    public boolean areFinite(int images) {
        for (String output : outputs.keySet()) {
            int elements = outputs.get(output).elements();
            for (int image = 0; image < images; image++) {
                FloatBuffer floats = slice(output, image, elements).asFloatBuffer();
                for (int i = 0; i < Math.min(elements, LOOKED_AT); i++) {
                    if (!Float.isFinite(floats.get(i))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** One image's floats of one output, row-major in {@link FeatureGraph.Output#shape}. */
    public float[] floats(String output, int image) {
        int elements = outputs.get(output).elements();
        float[] floats = new float[elements];
        slice(output, image, elements).asFloatBuffer().get(floats);
        return floats;
    }

    /** The same as little-endian bytes. */
    public byte[] bytes(String output, int image) {
        int elements = outputs.get(output).elements();
        byte[] bytes = new byte[4 * elements];
        slice(output, image, elements).get(bytes);
        return bytes;
    }

    private ByteBuffer slice(String output, int image, int elements) {
        if (image >= own) {
            return rest.slice(output, image - own, elements);
        }
        return values.get(output).slice(image * 4 * elements, 4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    }
}
