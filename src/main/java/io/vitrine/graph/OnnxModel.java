package io.vitrine.graph;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A checkpoint printed as an ONNX model without its weights.
 *
 * @param modelProto the serialized ModelProto. Its weights are external initializers, to be supplied by name
 * @param weights the checkpoint's tensor behind each external initializer, by initializer name
 * @param initializerShapes the shapes in which the graph reads its external initializers, by name
 * @param quantizedWeights suppliers of the 8-bit integers behind further external initializers, by name
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OnnxModel(
        byte[] modelProto,
        Map<String, TensorInfo> weights,
        Map<String, List<Integer>> initializerShapes,
        Map<String, Supplier<ByteBuffer>> quantizedWeights,
        ModelSignature signature) {

    private static final Pattern IGNORED_BY_REFERENCE = Pattern.compile(
            ".*relative_position_index.*|.*mask_token|(lm_head|decoder)\\..*|.*\\.position_ids"
                    + "|(text_model|text_projection)\\..*|logit_(scale|bias)|class_pos_emb"
                    + "|input_conditioner\\..*|summary_idxs|embeddings\\.video_patch_projection\\..*|embeddings\\.position_embedding");

    /** Initializers that are rows of a tensor end so. */
    private static final Pattern ROWS = Pattern.compile("\\[\\d+:\\d+]$");

    /** Where the weights of a written ONNX model are. */
    public enum WeightStorage {
        /** In the ONNX file itself. */
        EMBEDDED,
        /** In copies of the checkpoint's safetensors files, next to the ONNX file, which points into them. */
        EXTERNAL
    }

    /** The model without its signature. */
    public OnnxGraph graph() {
        return new OnnxGraph(modelProto, weights, initializerShapes, quantizedWeights);
    }

    public List<ModelSignature.Output> outputs() {
        return signature.outputs();
    }

    /**
     * Prints a checkpoint with plain operations.
     *
     * @throws ModelException if weights are missing or have other shapes than config.json says
     */
    public static OnnxModel print(GraphRequest request) {
        return print(request, OnnxTarget.ANY);
    }

    /**
     * Prints a checkpoint for the given hardware. See {@link OnnxFusion} for GPUs.
     *
     * @throws ModelException if weights are missing or have other shapes than config.json says
     */
    public static OnnxModel print(GraphRequest request, OnnxTarget target) {
        OnnxPrinter printer = new OnnxPrinter(request, target);
        request.describe(printer);
        return printer.finish();
    }

    /**
     * Writes an ONNX file for other tools.
     *
     * @throws ConfigurationException if embedded weights exceed the size of an ONNX file
     */
    public void write(Path folder, String name, WeightStorage storage) throws IOException {
        switch (storage) {
            case EMBEDDED -> OnnxFile.writeEmbedded(this, folder, name);
            case EXTERNAL -> OnnxFile.writeExternal(this, folder, name);
        }
    }

    /**
     * Tensors of the checkpoint that neither an output nor the reference reads. They hint that the weights do not belong to
     * this config.json.
     */
    public static List<String> unusedTensors(Checkpoint checkpoint) {
        Normalization none = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        GraphRequest everything = new GraphRequest(
                checkpoint,
                checkpoint.config().imageSize(),
                PixelInput.UINT8,
                none,
                List.copyOf(ModelOutputs.summaryOutputs(checkpoint)));
        Set<String> used = print(everything).weights().keySet().stream()
                .map(name -> ROWS.matcher(name).replaceFirst(""))
                .collect(Collectors.toSet());
        return checkpoint.weights().tensorNames().stream()
                .filter(name -> !used.contains(name)
                        && !IGNORED_BY_REFERENCE.matcher(name).matches())
                .toList();
    }
}
