package io.vitrine.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.PixelInput;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Passes a {@link PixelBatch} to DJL without a copy, and copies the outputs from native memory, once: PyTorch's memory here, and ONNX
 * Runtime's in its own binding, which gives an array.
 */
final class BatchTranslator implements NoBatchifyTranslator<PixelBatch, BatchFeatures> {
    private final ModelSignature signature;

    BatchTranslator(ModelSignature signature) {
        this.signature = signature;
    }

    @Override
    public NDList processInput(TranslatorContext context, PixelBatch batch) {
        Shape shape = new Shape(batch.count());
        for (int side : signature.input().shape(signature.imageSize())) {
            shape = shape.add(side);
        }
        DataType type = signature.input() == PixelInput.UINT8 ? DataType.UINT8 : DataType.FLOAT32;
        NDArray pixels = context.getNDManager().create(batch.filledPixels(), shape, type);
        return new NDList(pixels);
    }

    @Override
    public BatchFeatures processOutput(TranslatorContext context, NDList list) {
        Map<String, ModelSignature.Output> outputs = new LinkedHashMap<>();
        Map<String, ByteBuffer[]> values = new HashMap<>();
        for (ModelSignature.Output output : signature.outputs()) {
            outputs.put(output.name(), output);
            NDArray array = list.get(output.name());
            DataType type =
                    switch (output.type()) {
                        case FLOAT16 -> DataType.FLOAT16;
                        case FLOAT32 -> DataType.FLOAT32;
                    };
            if (array.getDataType() != type) {
                throw new IllegalStateException(
                        "The model gives " + output.name() + " as " + array.getDataType() + ", " + type + " expected");
            }
            values.put(output.name(), perImage(array.toByteBuffer(true), output.bytes()));
        }
        return new BatchFeatures(outputs, values);
    }

    /**
     * One buffer per image. Native memory is copied, because DJL frees it afterwards, each image into an array of its own; an array on
     * the heap stays as it is.
     */
    private static ByteBuffer[] perImage(ByteBuffer all, int bytes) {
        ByteBuffer[] images = new ByteBuffer[all.remaining() / bytes];
        for (int i = 0; i < images.length; i++) {
            ByteBuffer image = all.slice(all.position() + i * bytes, bytes);
            images[i] = all.hasArray()
                    ? image
                    : ByteBuffer.allocate(bytes).put(image).flip();
        }
        return images;
    }

    @Override
    public Batchifier getBatchifier() {
        return null; // a PixelBatch is a batch already
    }
}
