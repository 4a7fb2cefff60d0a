package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An ONNX model as files that other tools open. */
final class OnnxFile {
    /** Protobuf's limit for one message is 2 GiB; some for the graph itself. */
    private static final long MOST_INSIDE = Integer.MAX_VALUE - (16 << 20);

    private OnnxFile() {}

    /** Writes {@code name} and, beside it, copies of the safetensors files that the model's initializers point into. */
    static void writeBeside(OnnxModel graph, Path folder, String name) throws IOException {
        Set<Path> files =
                graph.weights().values().stream().map(TensorInfo::file).collect(Collectors.toSet());
        for (Path file : files) {
            Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
        Files.write(folder.resolve(name), graph.onnx());
    }

    /**
     * Writes {@code name} with the weights in it.
     *
     * @throws VitrineException if they are more than one protobuf message can hold
     */
    static void writeInside(OnnxModel graph, Path folder, String name) throws IOException {
        long bytes =
                graph.weights().values().stream().mapToLong(TensorInfo::length).sum();
        if (bytes > MOST_INSIDE) {
            throw new ModelException("The weights take " + bytes + " bytes, but an ONNX file holds at most "
                    + MOST_INSIDE + ". Export them beside it: --weights beside.");
        }
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            inlined(graph).writeTo(out);
        }
    }

    private static ModelProto inlined(OnnxModel graph) throws InvalidProtocolBufferException {
        ModelProto.Builder model = ModelProto.parseFrom(graph.onnx()).toBuilder();
        GraphProto.Builder inner = model.getGraphBuilder();
        Map<String, TensorInfo> weights = graph.weights();
        for (int i = 0; i < inner.getInitializerCount(); i++) {
            TensorProto.Builder tensor = inner.getInitializerBuilder(i);
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                tensor.clearExternalData()
                        .clearDataLocation()
                        .setRawData(ByteString.copyFrom(Weights.map(weights.get(tensor.getName()))));
            }
        }
        return model.build();
    }
}
