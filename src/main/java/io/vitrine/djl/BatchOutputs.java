package io.vitrine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The outputs of a batch, in Java's memory, to be split by image. */
final class BatchOutputs {
    private final Map<String, Values> outputs = new LinkedHashMap<>();

    /**
     * Values of a batch, row-major.
     *
     * @param shape of one image's values
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Values(int[] shape, float[] all) {
        float[] of(int image) {
            int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            return Arrays.copyOfRange(all, image * size, (image + 1) * size);
        }
    }

    /** @param list one array per output, each (images, ...) */
    static BatchOutputs of(NDList list, ExportedFolder exported) {
        BatchOutputs outputs = new BatchOutputs();
        for (int i = 0; i < list.size(); i++) {
            NDArray array = list.get(i);
            long[] shape = array.getShape().getShape();
            outputs.outputs.put(
                    array.getName() == null ? exported.outputs().get(i) : array.getName(),
                    new Values(
                            Arrays.stream(shape)
                                    .skip(1)
                                    .mapToInt(Math::toIntExact)
                                    .toArray(),
                            array.toFloatArray()));
        }
        return outputs;
    }

    /** {@code pooler_output}, or the first output of a model without a pooler, of one image, row-major. */
    float[] vector(int image) {
        Values pooled = outputs.get("pooler_output");
        return (pooled == null ? outputs.values().iterator().next() : pooled).of(image);
    }

    /** An output of one image; empty if the model has none of this name. */
    Optional<float[]> output(String name, int image) {
        return Optional.ofNullable(outputs.get(name)).map(values -> values.of(image));
    }

    /** The outputs of one image that are vectors. */
    Map<String, float[]> vectors(int image) {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        outputs.forEach((name, values) -> {
            if (values.shape().length == 1) {
                vectors.put(name, values.of(image));
            }
        });
        return vectors;
    }

    /** All outputs of one image as one NPZ file, which {@code numpy.load} reads. */
    byte[] npz(int image) {
        NpzFile file = new NpzFile();
        outputs.forEach((name, values) -> file.add(name, values.shape(), values.of(image)));
        return file.bytes();
    }
}
