package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes ONNX models as files that other tools open. */
final class OnnxFile {
    /** Protobuf limits a message to 2 GiB; 16 MiB of it are reserved for the graph. */
    private static final long MAX_EMBEDDED_BYTES = Integer.MAX_VALUE - (16 << 20);

    private OnnxFile() {}

    /** Writes the file {@code name}, and next to it copies of the safetensors files that its initializers point into. */
    static void writeExternal(OnnxModel model, Path folder, String name) throws IOException {
        Set<Path> files =
                model.weights().values().stream().map(TensorInfo::file).collect(Collectors.toSet());
        for (Path file : files) {
            Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
        Files.write(folder.resolve(name), model.modelProto());
    }

    /**
     * Writes the file {@code name} with the weights in it.
     *
     * @throws ConfigurationException if they exceed {@link #MAX_EMBEDDED_BYTES}
     */
    static void writeEmbedded(OnnxModel model, Path folder, String name) throws IOException {
        long bytes =
                model.weights().values().stream().mapToLong(TensorInfo::length).sum();
        if (bytes > MAX_EMBEDDED_BYTES) {
            throw new ConfigurationException("The weights take " + bytes + " bytes, but an ONNX file holds at most "
                    + MAX_EMBEDDED_BYTES + ". Export them as separate files: --weights beside.");
        }
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            withWeights(model).writeTo(out);
        }
    }

    private static ModelProto withWeights(OnnxModel model) throws InvalidProtocolBufferException {
        ModelProto.Builder proto = ModelProto.parseFrom(model.modelProto()).toBuilder();
        GraphProto.Builder graph = proto.getGraphBuilder();
        Map<String, TensorInfo> weights = model.weights();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto.Builder tensor = graph.getInitializerBuilder(i);
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                tensor.clearExternalData()
                        .clearDataLocation()
                        .setRawData(ByteString.copyFrom(Weights.map(weights.get(tensor.getName()))));
            }
        }
        return proto.build();
    }
}
