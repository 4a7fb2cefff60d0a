package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.VitConfig;
import java.util.Optional;
import java.util.Set;

/** One model architecture, described with the blocks that all architectures share. */
abstract class Architecture {
    final Checkpoint checkpoint;
    final VitConfig config;
    final int hidden;
    final GraphBuilder g;
    private final Set<String> requested;
    private final HeadMask headMask;
    private final int layersNeeded;
    private final boolean lastLayerNeedsFirstTokenOnly;

    /**
     * @param firstTokenOutputs the outputs that read only the first token of the last state. If no other output of the last
     *     state is requested, the last layer computes that token alone. Empty if it always computes every token
     */
    Architecture(GraphRequest request, GraphBuilder g, Set<String> firstTokenOutputs) {
        this.checkpoint = request.checkpoint();
        this.config = checkpoint.config();
        this.hidden = config.hiddenSize();
        this.requested = Set.copyOf(request.outputs());
        this.headMask = request.headMask();
        this.g = g;
        this.layersNeeded =
                requested.stream().mapToInt(this::layersNeededBy).max().orElse(0);
        this.lastLayerNeedsFirstTokenOnly = requested.stream()
                .filter(output -> layersNeededBy(output) == config.layers())
                .allMatch(firstTokenOutputs::contains);
    }

    static Architecture create(GraphRequest request, GraphBuilder g) {
        return switch (request.checkpoint().config().family()) {
            case VIT, VIT_MSN, VIT_MAE, IJEPA, DEIT -> new VisionTransformer(request, g);
            case BEIT, DATA2VEC_VISION -> new Beit(request, g);
            case DINOV2, DINOV2_WITH_REGISTERS -> new Dinov2(request, g);
            case DINOV3_VIT -> new Dinov3(request, g);
            case CLIP, METACLIP_2, MLCD, SIGLIP, AIMV2, PIXIO, TIMM, RADIO -> new Tower(request, g);
        };
    }

    /** Describes the graph for images of size {@code image}, in pixels. */
    abstract void describe(Size image, Normalization norm);

    final Tensor patchTokens(Size image, Normalization norm) {
        return patchTokens(image, norm, "embeddings.patch_embeddings.projection");
    }

    /**
     * The patches as tokens, (batch, patches, hidden). The reference's convolution has a stride equal to its kernel, so it
     * is a linear map of each patch.
     */
    final Tensor patchTokens(Size image, Normalization norm, String name) {
        return patchTokens(image, norm, name, true);
    }

    final Tensor patchTokens(Size image, Normalization norm, String name, boolean bias) {
        Size patch = config.patchSize();
        int flat = config.channels() * patch.height() * patch.width();
        Parameter.Weight kernel = weight(name + ".weight", hidden, config.channels(), patch.height(), patch.width());
        return g.linear(
                g.patches(image, patch, config.channels(), norm),
                kernel.viewedAs(hidden, flat),
                bias ? Optional.of(weight(name + ".bias", hidden)) : Optional.empty(),
                LinearRole.PATCH_PROJECTION);
    }

    /**
     * Runs the layers that the requested outputs need. Emits {@code hidden_states.N}: the input of layer N, and the output of
     * the last layer. The result holds the first token alone if no requested output reads another one.
     */
    final Tensor encode(Tensor x) {
        for (int i = 0; i < layersNeeded; i++) {
            emitIfRequested("hidden_states." + i, x);
            x = layer(x, i);
        }
        emitIfRequested("hidden_states." + layersNeeded, x);
        return x;
    }

    abstract Tensor layer(Tensor x, int i);

    /** The tokens of {@code x} that layer {@code i} computes: all, or the first one if no other is read. */
    final Tensor tokensToCompute(Tensor x, int i) {
        return computesFirstTokenOnly(i) ? g.token(x, 0) : x;
    }

    final boolean computesFirstTokenOnly(int i) {
        return lastLayerNeedsFirstTokenOnly && i == config.layers() - 1;
    }

    private int layersNeededBy(String output) {
        int dot = output.indexOf('.');
        if (dot < 0) {
            return config.layers();
        }
        int layer = Integer.parseInt(output.substring(dot + 1));
        return output.startsWith("hidden_states") ? layer : layer + 1; // a hidden state is the input of its layer
    }

    /**
     * Self-attention with its output projection, for the tokens that layer {@code i} computes.
     *
     * @param at prefix of the layer's tensor names, ending in a dot
     * @param biases which projections have a bias
     * @param positions relative position bias
     */
    final Tensor attention(
            Tensor y, String at, int i, ProjectionBiases biases, Optional<GraphBuilder.AttentionBias> positions) {
        Tensor q = linear(
                tokensToCompute(y, i), at + "attention.attention.query", hidden, hidden, biases.onQueryAndValue());
        Tensor k = linear(y, at + "attention.attention.key", hidden, hidden, biases.onKey());
        Tensor v = linear(y, at + "attention.attention.value", hidden, hidden, biases.onQueryAndValue());
        return linear(attend(q, k, v, i, positions), at + "attention.output.dense", hidden, hidden, true);
    }

    /** The projection biases that {@code qkv_bias} in config.json asks for. */
    final ProjectionBiases configuredBiases() {
        return config.qkvBias() ? ProjectionBiases.ALL : ProjectionBiases.OUTPUT_ONLY;
    }

    /** The attention of layer {@code i}, with the request's head mask. Emits {@code attentions.i} if requested. */
    final Tensor attend(Tensor q, Tensor k, Tensor v, int i, Optional<GraphBuilder.AttentionBias> positions) {
        Optional<String> weights = Optional.of("attentions." + i).filter(requested::contains);
        return g.attention(q, k, v, new GraphBuilder.Attention(config.heads(), positions, headMask.layer(i), weights));
    }

    /** Two linear maps with the activation in between. */
    final Tensor mlp(Tensor y, String in, String out) {
        return mlp(y, in, out, true);
    }

    final Tensor mlp(Tensor y, String in, String out, boolean bias) {
        y = linear(y, in, hidden, config.intermediateSize(), bias);
        return linear(g.activation(y, config.hiddenAct()), out, config.intermediateSize(), hidden, bias);
    }

    /** A linear map of an encoder layer. */
    final Tensor linear(Tensor x, String name, int in, int out, boolean bias) {
        return g.linear(
                x,
                weight(name + ".weight", out, in),
                bias ? Optional.of(weight(name + ".bias", out)) : Optional.empty(),
                LinearRole.ENCODER);
    }

    /** A linear map after the encoder, with a bias. */
    final Tensor head(Tensor vector, String name, int out) {
        return g.linear(
                vector,
                weight(name + ".weight", out, vector.width()),
                Optional.of(weight(name + ".bias", out)),
                LinearRole.HEAD);
    }

    /** The logits of a classification head. */
    final Tensor classifier(Tensor vector, String name) {
        return head(vector, name, checkpoint.classCount(name));
    }

    /** The model's norm, whose tensors begin with {@code name}. */
    Tensor norm(Tensor x, String name) {
        int width = x.width();
        return g.layerNorm(x, weight(name + ".weight", width), weight(name + ".bias", width), config.layerNormEps());
    }

    /**
     * Emits the requested forms of the last state: whole ({@code last_hidden_state}), its first token ({@code cls}), and the
     * mean of its patches ({@code mean}).
     *
     * @param prefix number of tokens before the patches
     */
    final void emitLastState(Tensor last, int prefix) {
        emitIfRequested("last_hidden_state", last);
        if (isRequested("cls")) {
            g.outputVector("cls", g.token(last, 0));
        }
        if (isRequested("mean")) {
            g.outputVector("mean", g.meanTokens(last, prefix));
        }
    }

    final boolean isRequested(String output) {
        return requested.contains(output);
    }

    final void emitIfRequested(String output, Tensor x) {
        if (isRequested(output)) {
            g.output(output, x);
        }
    }
}
