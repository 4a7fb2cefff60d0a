package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.ModelFamily;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.TextConfig;
import io.vitrine.checkpoint.VitConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text half of CLIP, MetaCLIP 2 and SigLIP, printed as ONNX in 32-bit floats.
 *
 * <p>Semantics follow {@code get_text_features} in Hugging Face transformers: token and position embeddings, pre-norm layers, a
 * final norm, and a projection of one token's vector. CLIP's tokens look back only. SigLIP's see every token, padding too.
 *
 * <p>Inputs are {@link #IDS}, int64 (batch, positions), and {@link #POOLED}, int64 (batch): the row of (batch * positions) whose
 * vector stands for each text. Outputs are {@link #EMBEDS}, (batch, width), and {@link #LAST_STATE}.
 */
public final class TextTower {
    public static final String IDS = "input_ids";
    public static final String POOLED = "pooled_rows";
    public static final String EMBEDS = "text_embeds";
    public static final String LAST_STATE = "last_hidden_state";

    private final TextConfig config;
    private final VitConfig.Encoder encoder;
    private final int hidden;
    private final CheckpointTensors tensors;
    private final OnnxWriter onnx = new OnnxWriter();
    private final Map<String, TensorInfo> weights = new LinkedHashMap<>();
    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();

    private TextTower(Checkpoint checkpoint) {
        this.config = checkpoint.textConfig();
        this.encoder = config.encoder();
        this.hidden = encoder.hiddenSize();
        this.tensors = new CheckpointTensors(checkpoint.weights());
    }

    /**
     * Prints the text half of {@code checkpoint}.
     *
     * @throws ModelException if it has none, or weights are missing or have other shapes than config.json says
     */
    public static OnnxGraph print(Checkpoint checkpoint) {
        return new TextTower(checkpoint).describe(projectionSize(checkpoint));
    }

    /** The width of {@code text_embeds}, that of {@code image_embeds} too. */
    private static int projectionSize(Checkpoint checkpoint) {
        String name = projection(checkpoint.textConfig().family());
        return Math.max(1, checkpoint.classCount(name)); // the printer reports a missing tensor
    }

    private static String projection(ModelFamily family) {
        return family == ModelFamily.SIGLIP ? "text_model.head" : "text_projection";
    }

    private OnnxGraph describe(int width) {
        String x = embedded();
        for (int i = 0; i < encoder.layers(); i++) {
            x = layer(x, "text_model.encoder.layers." + i + ".");
        }
        String last = norm(x, "text_model.final_layer_norm");
        String pooled = onnx.node("Gather", List.of(last, POOLED), OnnxWriter.intAttribute("axis", 0));
        String name = projection(config.family());
        String embeds = linear(pooled, name, hidden, width, config.family() == ModelFamily.SIGLIP);
        onnx.output(embeds, new ModelSignature.Output(EMBEDS, List.of(width), OutputType.FLOAT32));
        onnx.output(
                reshape(last, -1, config.positions(), hidden),
                new ModelSignature.Output(LAST_STATE, List.of(config.positions(), hidden), OutputType.FLOAT32));
        tensors.requireAll();
        return new OnnxGraph(onnx.modelProto(), Map.copyOf(weights), Map.copyOf(shapes), Map.of());
    }

    /** (batch * positions, hidden). */
    private String embedded() {
        onnx.input(IDS, TensorProto.DataType.INT64, List.of(config.positions()));
        onnx.input(POOLED, TensorProto.DataType.INT64, List.of());
        String table = parameter(weight("text_model.embeddings.token_embedding.weight", config.vocabulary(), hidden));
        String tokens = onnx.node("Gather", List.of(table, IDS), OnnxWriter.intAttribute("axis", 0));
        String positions =
                parameter(weight("text_model.embeddings.position_embedding.weight", config.positions(), hidden)
                        .viewedAs(1, config.positions(), hidden));
        return reshape(onnx.node("Add", List.of(tokens, positions)), -1, hidden);
    }

    private String layer(String x, String at) {
        String y = norm(x, at + "layer_norm1");
        String attended = onnx.microsoftNode(
                "MultiHeadAttention",
                List.of(
                        tokens(linear(y, at + "self_attn.q_proj", hidden, hidden, true)),
                        tokens(linear(y, at + "self_attn.k_proj", hidden, hidden, true)),
                        tokens(linear(y, at + "self_attn.v_proj", hidden, hidden, true))),
                OnnxWriter.intAttribute("num_heads", encoder.heads()),
                OnnxWriter.intAttribute("unidirectional", config.isCausal() ? 1 : 0));
        String joined = reshape(attended, -1, hidden);
        x = onnx.node("Add", List.of(x, linear(joined, at + "self_attn.out_proj", hidden, hidden, true)));
        y = norm(x, at + "layer_norm2");
        y = linear(y, at + "mlp.fc1", hidden, encoder.intermediateSize(), true);
        y = activation(y, encoder.activation());
        return onnx.node("Add", List.of(x, linear(y, at + "mlp.fc2", encoder.intermediateSize(), hidden, true)));
    }

    private String tokens(String x) {
        return reshape(x, -1, config.positions(), hidden);
    }

    private String activation(String x, Activation activation) {
        return OnnxActivations.print(onnx, x, activation);
    }

    private String norm(String x, String name) {
        return onnx.node(
                "LayerNormalization",
                List.of(x, parameter(weight(name + ".weight", hidden)), parameter(weight(name + ".bias", hidden))),
                OnnxWriter.intAttribute("axis", -1),
                OnnxWriter.floatAttribute("epsilon", (float) encoder.layerNormEps()));
    }

    private String linear(String x, String name, int in, int out, boolean bias) {
        List<String> inputs = new ArrayList<>(List.of(x, parameter(weight(name + ".weight", out, in))));
        if (bias) {
            inputs.add(parameter(weight(name + ".bias", out)));
        }
        return onnx.node("Gemm", inputs, OnnxWriter.intAttribute("transB", 1));
    }

    private String reshape(String x, long... shape) {
        return onnx.node("Reshape", List.of(x, onnx.int64Constant(shape)));
    }

    private String parameter(Parameter.Weight weight) {
        Optional<TensorInfo> found = tensors.find(weight);
        if (found.isEmpty()) {
            return weight.name(); // requireAll throws
        }
        if (weights.put(weight.name(), found.get()) == null) {
            onnx.checkpointInitializer(weight.name(), found.get(), weight.shape());
            shapes.put(weight.name(), weight.shape());
        }
        return found.get().dtype() == DType.F32 ? weight.name() : onnx.castToFloatType(weight.name());
    }
}
