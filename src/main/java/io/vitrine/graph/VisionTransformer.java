package io.vitrine.graph;

import static io.vitrine.graph.Parameter.Weight.of;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.VitConfig;
import java.util.Optional;
import java.util.Set;

/**
 * The Vision Transformer ({@code model_type: vit}), described once.
 *
 * <p>Semantics are those of transformers' {@code ViTModel} and {@code ViTForImageClassification}: pre-norm encoder, a
 * class token first, learned positions, a final layer norm. The logits are read from the normed class token, not from
 * the pooler.
 */
final class VisionTransformer {
    private final VitConfig config;
    private final Ops g;
    private final Set<String> wanted;

    private VisionTransformer(VitConfig config, Ops g, Set<String> wanted) {
        this.config = config;
        this.g = g;
        this.wanted = wanted;
    }

    /** Describes the graph that gives the {@code wanted} outputs for images of {@code image} pixels. */
    static void describe(Checkpoint checkpoint, Size image, Normalization norm, Set<String> wanted, Ops g) {
        new VisionTransformer(checkpoint.config(), g, wanted).describe(checkpoint, image, norm);
    }

    private void describe(Checkpoint checkpoint, Size image, Normalization norm) {
        int hidden = config.hiddenSize();

        Tensor x = embed(checkpoint, image, norm); // (batch, 1 + patches, hidden)
        for (int i = 0; i < config.layers(); i++) {
            offer("hidden_states." + i, x);
            x = layer(x, i);
        }
        offer("hidden_states." + config.layers(), x); // before the final norm

        Tensor last = norm(x, "layernorm");
        offer("last_hidden_state", last);

        Tensor first = g.firstToken(last); // (batch, hidden)
        if (wanted.contains("pooler_output")) {
            Tensor pooled = linear(first, "pooler.dense", hidden, config.poolerOutputSize(), true);
            g.output("pooler_output", g.activation(pooled, config.poolerAct()), true);
        }
        if (wanted.contains("logits")) {
            g.output("logits", linear(first, "classifier", hidden, checkpoint.classes(), true), true);
        }
    }

    private Tensor embed(Checkpoint checkpoint, Size image, Normalization norm) {
        int hidden = config.hiddenSize();
        Size patch = config.patchSize();
        int flat = config.channels() * patch.height() * patch.width();

        // A convolution whose stride is its kernel is a linear map of each flattened patch.
        Tensor x = g.patches(image, patch, config.channels(), norm);
        x = g.linear(
                x,
                of(
                                "embeddings.patch_embeddings.projection.weight",
                                hidden,
                                config.channels(),
                                patch.height(),
                                patch.width())
                        .as(hidden, flat),
                Optional.of(of("embeddings.patch_embeddings.projection.bias", hidden)));
        x = g.prepend(of("embeddings.cls_token", 1, 1, hidden), x);
        return g.addToEach(x, PositionEmbeddings.of(checkpoint, image, 1));
    }

    private Tensor layer(Tensor x, int i) {
        int hidden = config.hiddenSize();
        String at = "encoder.layer." + i + ".";

        Tensor y = norm(x, at + "layernorm_before");
        Tensor q = linear(y, at + "attention.attention.query", hidden, hidden, config.qkvBias());
        Tensor k = linear(y, at + "attention.attention.key", hidden, hidden, config.qkvBias());
        Tensor v = linear(y, at + "attention.attention.value", hidden, hidden, config.qkvBias());
        Tensor a = g.attention(
                q, k, v, config.heads(), Optional.of("attentions." + i).filter(wanted::contains));
        x = g.add(x, linear(a, at + "attention.output.dense", hidden, hidden, true));

        y = norm(x, at + "layernorm_after");
        y = linear(y, at + "intermediate.dense", hidden, config.intermediateSize(), true);
        y = g.activation(y, config.hiddenAct());
        return g.add(x, linear(y, at + "output.dense", config.intermediateSize(), hidden, true));
    }

    private Tensor linear(Tensor x, String name, int in, int out, boolean bias) {
        return g.linear(
                x, of(name + ".weight", out, in), bias ? Optional.of(of(name + ".bias", out)) : Optional.empty());
    }

    private Tensor norm(Tensor x, String name) {
        int hidden = config.hiddenSize();
        return g.layerNorm(x, of(name + ".weight", hidden), of(name + ".bias", hidden), config.layerNormEps());
    }

    private void offer(String name, Tensor x) {
        if (wanted.contains(name)) {
            g.output(name, x, false);
        }
    }
}
