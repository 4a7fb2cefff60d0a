package io.vitrine.inference;

import io.vitrine.graph.FeatureGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * What the model answered for one batch: each output as little-endian 32-bit floats, image after image. Read only by the
 * thread that asked.
 */
public final class Features {
    private final Map<String, FeatureGraph.Output> outputs;
    private final Map<String, ByteBuffer> values;

    Features(Map<String, FeatureGraph.Output> outputs, Map<String, ByteBuffer> values) {
        this.outputs = outputs;
        this.values = values;
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
        return values.get(output).slice(image * 4 * elements, 4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    }
}
