package io.vitrine.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.vitrine.graph.FeatureGraph;
import io.vitrine.graph.PixelInput;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hands a {@link Batch} to DJL without a copy, and copies what comes back out of native memory once. */
final class BatchTranslator implements NoBatchifyTranslator<Batch, Features> {
    private final FeatureGraph graph;

    BatchTranslator(FeatureGraph graph) {
        this.graph = graph;
    }

    @Override
    public NDList processInput(TranslatorContext context, Batch batch) {
        Shape shape = new Shape(batch.count());
        for (int side : graph.input().shape(graph.image())) {
            shape = shape.add(side);
        }
        DataType type = graph.input() == PixelInput.UINT8 ? DataType.UINT8 : DataType.FLOAT32;
        NDArray pixels = context.getNDManager().create(batch.filled(), shape, type);
        return new NDList(pixels);
    }

    @Override
    public Features processOutput(TranslatorContext context, NDList list) {
        Map<String, FeatureGraph.Output> named = new LinkedHashMap<>();
        Map<String, ByteBuffer> values = new HashMap<>();
        List<FeatureGraph.Output> outputs = graph.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            named.put(outputs.get(i).name(), outputs.get(i));
            values.put(outputs.get(i).name(), list.get(i).toByteBuffer(false));
        }
        return new Features(named, values);
    }

    @Override
    public Batchifier getBatchifier() {
        return null; // the batch is already one
    }
}
