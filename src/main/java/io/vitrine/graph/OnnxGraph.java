package io.vitrine.graph;

import io.vitrine.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An ONNX model without its weights, and where they are.
 *
 * @param modelProto the serialized ModelProto. Its weights are external initializers, to be supplied by name
 * @param weights the checkpoint's tensor behind each external initializer, by initializer name
 * @param initializerShapes the shapes in which the graph reads its external initializers, by name
 * @param quantizedWeights suppliers of the 8-bit integers behind further external initializers, by name
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OnnxGraph(
        byte[] modelProto,
        Map<String, TensorInfo> weights,
        Map<String, List<Integer>> initializerShapes,
        Map<String, Supplier<ByteBuffer>> quantizedWeights) {}
