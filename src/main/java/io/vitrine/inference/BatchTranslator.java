package io.vitrine.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.vitrine.Size;
import io.vitrine.graph.FeatureGraph;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hands a {@link Batch} to DJL without a copy, and copies what comes back out of native memory once. */
final class BatchTranslator implements NoBatchifyTranslator<Batch, Features> {
    private final List<FeatureGraph.Output> outputs;

    BatchTranslator(List<FeatureGraph.Output> outputs) {
        this.outputs = outputs;
    }

    @Override
    public NDList processInput(TranslatorContext context, Batch batch) {
        Size size = batch.size();
        NDArray pixels = context.getNDManager()
                .create(batch.filled(), new Shape(batch.count(), size.height(), size.width(), 3), DataType.UINT8);
        return new NDList(pixels);
    }

    @Override
    public Features processOutput(TranslatorContext context, NDList list) {
        Map<String, FeatureGraph.Output> named = new LinkedHashMap<>();
        Map<String, ByteBuffer> values = new HashMap<>();
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
