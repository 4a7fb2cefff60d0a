package io.vitrine.graph;

import static io.vitrine.graph.Parameter.Weight.of;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.VitConfig;
import java.util.Optional;
import java.util.Set;

/** One architecture, described on the blocks that all of them share. */
abstract class Architecture {
    final Checkpoint checkpoint;
    final VitConfig config;
    final int hidden;
    final GraphBuilder g;
    private final Set<String> wanted;
    private final HeadMask headMask;
    private final int layers; // that are needed
    private final boolean firstOnly;

    /**
     * @param readingFirst outputs that read no token of the last state but its first, if layers can make that one alone
     */
    Architecture(GraphRequest request, GraphBuilder g, Set<String> readingFirst) {
        this.checkpoint = request.checkpoint();
        this.config = checkpoint.config();
        this.hidden = config.hiddenSize();
        this.wanted = Set.copyOf(request.outputs());
        this.headMask = request.headMask();
        this.g = g;
        this.layers = wanted.stream().mapToInt(this::layersFor).max().orElse(0);
        this.firstOnly = wanted.stream()
                .filter(output -> layersFor(output) == config.layers())
                .allMatch(readingFirst::contains);
    }

    static Architecture choose(GraphRequest request, GraphBuilder g) {
        return switch (request.checkpoint().config().family()) {
            case VIT, VIT_MSN, VIT_MAE, IJEPA, DEIT -> new VisionTransformer(request, g);
            case BEIT, DATA2VEC_VISION -> new Beit(request, g);
            case DINOV2, DINOV2_WITH_REGISTERS -> new Dinov2(request, g);
            case DINOV3_VIT -> new Dinov3(request, g);
        };
    }

    /** Describes the graph for images of {@code image} pixels. */
    abstract void describe(Size image, Normalization norm);

    final Tensor patchTokens(Size image, Normalization norm) {
        return patchTokens(image, norm, "embeddings.patch_embeddings.projection");
    }

    /** The patches as tokens, (batch, patches, hidden): a convolution whose stride is its kernel is a linear map of each. */
    final Tensor patchTokens(Size image, Normalization norm, String name) {
        Size patch = config.patchSize();
        int flat = config.channels() * patch.height() * patch.width();
        Parameter.Weight kernel = of(name + ".weight", hidden, config.channels(), patch.height(), patch.width());
        return g.linear(
                g.patches(image, patch, config.channels(), norm),
                kernel.as(hidden, flat),
                Optional.of(of(name + ".bias", hidden)));
    }

    /**
     * Every layer that is needed, its input offered as {@code hidden_states.N} and the last one's output too. Where all that
     * will be read of the last state is its first token, the last layer makes that token alone, and the result has no other.
     */
    final Tensor encode(Tensor x) {
        for (int i = 0; i < layers; i++) {
            offer("hidden_states." + i, x);
            x = layer(x, i);
        }
        offer("hidden_states." + layers, x);
        return x;
    }

    abstract Tensor layer(Tensor x, int i);

    /** Those of the tokens {@code x} that layer {@code i} makes anew: all, or the first where no other will be read. */
    final Tensor made(Tensor x, int i) {
        return makesFirstOnly(i) ? g.token(x, 0) : x;
    }

    final boolean makesFirstOnly(int i) {
        return firstOnly && i == config.layers() - 1;
    }

    /** How many layers {@code output} needs. */
    private int layersFor(String output) {
        String[] parts = output.split("\\.");
        return switch (parts[0]) {
            case "hidden_states" -> Integer.parseInt(parts[1]); // the input of that layer
            case "attentions" -> Integer.parseInt(parts[1]) + 1;
            default -> config.layers();
        };
    }

    /**
     * Self-attention and its output projection, for the tokens that layer {@code i} makes.
     *
     * @param at the layer's name, with its dot
     * @param bias whether query and value have a bias
     * @param keyBias whether the key has one
     */
    final Tensor attention(
            Tensor y, String at, int i, boolean bias, boolean keyBias, Optional<GraphBuilder.AttentionBias> positions) {
        Tensor q = linear(made(y, i), at + "attention.attention.query", hidden, hidden, bias);
        Tensor k = linear(y, at + "attention.attention.key", hidden, hidden, keyBias);
        Tensor v = linear(y, at + "attention.attention.value", hidden, hidden, bias);
        return linear(attend(q, k, v, i, positions), at + "attention.output.dense", hidden, hidden, true);
    }

    /** Attention of layer {@code i}, its heads masked as the run asks, its weights offered. */
    final Tensor attend(Tensor q, Tensor k, Tensor v, int i, Optional<GraphBuilder.AttentionBias> positions) {
        Optional<String> weights = Optional.of("attentions." + i).filter(wanted::contains);
        return g.attention(q, k, v, new GraphBuilder.Attention(config.heads(), positions, headMask.layer(i), weights));
    }

    /** Two linear maps with the activation between. */
    final Tensor mlp(Tensor y, String in, String out) {
        return mlp(y, in, out, true);
    }

    final Tensor mlp(Tensor y, String in, String out, boolean bias) {
        y = linear(y, in, hidden, config.intermediateSize(), bias);
        return linear(g.activation(y, config.hiddenAct()), out, config.intermediateSize(), hidden, bias);
    }

    final Tensor linear(Tensor x, String name, int in, int out, boolean bias) {
        return g.linear(
                x, of(name + ".weight", out, in), bias ? Optional.of(of(name + ".bias", out)) : Optional.empty());
    }

    /** A classification head on a vector. */
    final Tensor head(String name, Tensor vector) {
        return linear(vector, name, vector.width(), checkpoint.classCount(name), true);
    }

    final Tensor norm(Tensor x, String name) {
        return g.layerNorm(x, of(name + ".weight", hidden), of(name + ".bias", hidden), config.layerNormEps());
    }

    /**
     * Lets the last state leave, whole ({@code last_hidden_state}), as its first token ({@code cls}), and as the mean of its
     * patches ({@code mean}).
     *
     * @param prefix tokens that are no patches
     */
    final void offerLast(Tensor last, int prefix) {
        offer("last_hidden_state", last);
        if (wants("cls")) {
            g.output("cls", g.token(last, 0), true);
        }
        if (wants("mean")) {
            g.output("mean", g.meanTokens(last, prefix), true);
        }
    }

    final boolean wants(String name) {
        return wanted.contains(name);
    }

    /** Lets {@code x} leave under {@code name} if that is wanted. */
    final void offer(String name, Tensor x) {
        if (wants(name)) {
            g.output(name, x, false);
        }
    }
}
