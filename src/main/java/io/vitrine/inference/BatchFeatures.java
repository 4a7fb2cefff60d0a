package io.vitrine.inference;

import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.OnnxModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * What the model answered for one batch: for each output and image, an array of little-endian floats. Read only by the thread
 * that asked.
 */
public final class BatchFeatures {
    private static final int LOOKED_AT = 1024;

    private final Map<String, OnnxModel.Output> outputs;
    private final Map<String, byte[][]> values;
    private final BatchFeatures rest;
    private final int own;

    BatchFeatures(Map<String, OnnxModel.Output> outputs, Map<String, byte[][]> values) {
        this(outputs, values, null, Integer.MAX_VALUE);
    }

    private BatchFeatures(
            Map<String, OnnxModel.Output> outputs, Map<String, byte[][]> values, BatchFeatures rest, int own) {
        this.outputs = outputs;
        this.values = values;
        this.rest = rest;
        this.own = own;
    }

    /** The features of {@code count} images, and behind them those of others. */
    static BatchFeatures joined(BatchFeatures first, int count, BatchFeatures others) {
        return new BatchFeatures(first.outputs, first.values, others, count);
    }

    /** Whether the first numbers of every image's outputs are numbers: one overflow makes whole tokens of NaNs. */
    public boolean areFinite(int images) {
        for (String output : outputs.keySet()) {
            int looked = Math.min(outputs.get(output).elements(), LOOKED_AT);
            for (int image = 0; image < images; image++) {
                for (float value : floats(output, image, looked)) {
                    if (!Float.isFinite(value)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** One image's floats of one output, row-major in {@link OnnxModel.Output#shape}. */
    public float[] floats(String output, int image) {
        return floats(output, image, outputs.get(output).elements());
    }

    private float[] floats(String output, int image, int count) {
        float[] floats = new float[count];
        ByteBuffer bytes = ByteBuffer.wrap(bytes(output, image)).order(ByteOrder.LITTLE_ENDIAN);
        if (outputs.get(output).half()) {
            for (int i = 0; i < count; i++) {
                floats[i] = HalfFloat.toFloat(bytes.getShort());
            }
        } else {
            bytes.asFloatBuffer().get(floats);
        }
        return floats;
    }

    /**
     * The same as little-endian bytes, as they left the model: see {@link OnnxModel.Output#half}. Not a copy, and not to be
     * written to.
     */
    public byte[] bytes(String output, int image) {
        return image < own ? values.get(output)[image] : rest.bytes(output, image - own);
    }
}
