package io.vitrine.inference;

import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OutputType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The outputs of a model for one batch: for each output and image, little-endian floats. Where images share an array, an image's
 * floats are copied out of it when they are asked for, and not before: its row is written next, so the copy is still in the core's
 * cache. Not thread-safe.
 */
public final class BatchFeatures {
    private final Map<String, ModelSignature.Output> outputs;
    private final Map<String, ByteBuffer[]> values;

    /**
     * @param outputs by name
     * @param values for each output one buffer on the heap per image, which nothing writes to any more. Images may share an array
     */
    BatchFeatures(Map<String, ModelSignature.Output> outputs, Map<String, ByteBuffer[]> values) {
        this.outputs = outputs;
        this.values = values;
    }

    /** The features of this batch's images, followed by those of {@code next}. Shares the arrays. */
    BatchFeatures concat(BatchFeatures next) {
        Map<String, ByteBuffer[]> both = new HashMap<>();
        values.forEach((output, images) -> {
            ByteBuffer[] more = next.values.get(output);
            ByteBuffer[] all = Arrays.copyOf(images, images.length + more.length);
            System.arraycopy(more, 0, all, images.length, more.length);
            both.put(output, all);
        });
        return new BatchFeatures(outputs, both);
    }

    /**
     * An element that is NaN or infinite.
     *
     * @param output its name
     * @param element its index in the output's row-major order
     * @param elements of the output
     */
    public record NonFinite(String output, OutputType type, int element, int elements, float value) {}

    /** The first element of an image's outputs that is NaN or infinite; empty if all are finite. */
    public Optional<NonFinite> nonFinite(int image) {
        for (ModelSignature.Output output : outputs.values()) {
            int element = NonFiniteScan.indexOf(values.get(output.name())[image], output.type());
            if (element != NonFiniteScan.NONE) {
                float value = floats(output.name(), image)[element];
                return Optional.of(new NonFinite(output.name(), output.type(), element, output.elements(), value));
            }
        }
        return Optional.empty();
    }

    /** One output of one image as floats, row-major in {@link ModelSignature.Output#shape}. */
    public float[] floats(String output, int image) {
        int count = outputs.get(output).elements();
        float[] floats = new float[count];
        ByteBuffer bytes = values.get(output)[image].duplicate().order(ByteOrder.LITTLE_ENDIAN);
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
     * One output of one image as little-endian bytes of {@link ModelSignature.Output#type}. A copy, unless the image has an array of its
     * own, which callers must not change then.
     */
    public byte[] bytes(String output, int image) {
        ByteBuffer bytes = values.get(output)[image];
        if (bytes.remaining() == bytes.array().length) {
            return bytes.array();
        }
        int start = bytes.arrayOffset() + bytes.position();
        return Arrays.copyOfRange(bytes.array(), start, start + bytes.remaining());
    }
}
