package io.vitrine.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hands a {@link PixelBatch} to DJL without a copy, and copies what comes back out of native memory: once from PyTorch, whose memory can
 * be read in place; ONNX Runtime hands over a copy of its own.
 */
final class BatchTranslator implements NoBatchifyTranslator<PixelBatch, BatchFeatures> {
    private final OnnxModel.Signature signature;

    BatchTranslator(OnnxModel.Signature signature) {
        this.signature = signature;
    }

    @Override
    public NDList processInput(TranslatorContext context, PixelBatch batch) {
        Shape shape = new Shape(batch.count());
        for (int side : signature.input().shape(signature.image())) {
            shape = shape.add(side);
        }
        DataType type = signature.input() == PixelInput.UINT8 ? DataType.UINT8 : DataType.FLOAT32;
        NDArray pixels = context.getNDManager().create(batch.filled(), shape, type);
        return new NDList(pixels);
    }

    @Override
    public BatchFeatures processOutput(TranslatorContext context, NDList list) {
        Map<String, OnnxModel.Output> named = new LinkedHashMap<>();
        Map<String, byte[][]> values = new HashMap<>();
        for (OnnxModel.Output output : signature.outputs()) {
            named.put(output.name(), output);
            NDArray array = list.get(output.name());
            DataType type = output.half() ? DataType.FLOAT16 : DataType.FLOAT32;
            if (array.getDataType() != type) {
                throw new IllegalStateException(
                        "The model gives " + output.name() + " as " + array.getDataType() + ", not " + type);
            }
            values.put(output.name(), images(array.toByteBuffer(true), output.bytes()));
        }
        return new BatchFeatures(named, values);
    }

    /** An array for each image, all that is kept when the native memory goes. */
    private static byte[][] images(ByteBuffer all, int bytes) {
        byte[][] images = new byte[all.remaining() / bytes][bytes];
        for (byte[] image : images) {
            all.get(image);
        }
        return images;
    }

    @Override
    public Batchifier getBatchifier() {
        return null; // the batch is already one
    }
}
