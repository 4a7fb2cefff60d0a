package io.vitrine.inference;

import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.ModelSignature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The outputs of a model for one batch: for each output and image, an array of little-endian floats. Not thread-safe. */
public final class BatchFeatures {
    private static final int CHECKED_ELEMENTS = 1024;

    private final Map<String, ModelSignature.Output> outputs;
    private final Map<String, byte[][]> values;

    /**
     * @param outputs by name
     * @param values for each output one array per image
     */
    BatchFeatures(Map<String, ModelSignature.Output> outputs, Map<String, byte[][]> values) {
        this.outputs = outputs;
        this.values = values;
    }

    /** The features of this batch's images, followed by those of {@code next}. Shares the arrays. */
    BatchFeatures concat(BatchFeatures next) {
        Map<String, byte[][]> both = new HashMap<>();
        values.forEach((output, images) -> {
            byte[][] more = next.values.get(output);
            byte[][] all = Arrays.copyOf(images, images.length + more.length);
            System.arraycopy(more, 0, all, images.length, more.length);
            both.put(output, all);
        });
        return new BatchFeatures(outputs, both);
    }

    /**
     * Whether the first elements of every output are finite. That is enough to find an overflow: it makes whole tokens NaN.
     *
     * @param images how many images of the batch to check
     */
    public boolean areFinite(int images) {
        for (String output : outputs.keySet()) {
            int count = Math.min(outputs.get(output).elements(), CHECKED_ELEMENTS);
            for (int image = 0; image < images; image++) {
                for (float value : floats(output, image, count)) {
                    if (!Float.isFinite(value)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** One output of one image as floats, row-major in {@link ModelSignature.Output#shape}. */
    public float[] floats(String output, int image) {
        return floats(output, image, outputs.get(output).elements());
    }

    private float[] floats(String output, int image, int count) {
        float[] floats = new float[count];
        ByteBuffer bytes = ByteBuffer.wrap(bytes(output, image)).order(ByteOrder.LITTLE_ENDIAN);
        switch (outputs.get(output).type()) {
            case FLOAT32 -> bytes.asFloatBuffer().get(floats);
            case FLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    floats[i] = HalfFloat.toFloat(bytes.getShort());
                }
            }
        }
        return floats;
    }

    /**
     * One output of one image as little-endian bytes of {@link ModelSignature.Output#type}. This is the array itself, not a
     * copy: do not modify it.
     */
    public byte[] bytes(String output, int image) {
        return values.get(output)[image];
    }
}
