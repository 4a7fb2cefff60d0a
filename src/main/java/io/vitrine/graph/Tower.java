package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TowerOptions;
import io.vitrine.checkpoint.TowerOptions.Classified;
import io.vitrine.checkpoint.TowerOptions.Norm;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.TowerOptions.Pooling;
import io.vitrine.checkpoint.TowerOptions.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pre-norm transformer of the families after DINO: the image halves of CLIP, MetaCLIP 2, MLCD, SigLIP and AIMv2, and Pixio.
 *
 * <p>Semantics follow {@code CLIPVisionModel}, {@code SiglipVisionModel} and so on in Hugging Face transformers. {@link
 * TowerOptions} says which parts there are, {@link TowerNames} what their tensors are called.
 */
final class Tower extends Architecture {
    private final TowerOptions tower;
    private final TowerNames names;
    private Optional<RotaryPositions> rotation = Optional.empty();

    Tower(GraphRequest request, GraphBuilder g) {
        super(request, g, firstTokenOutputs(request.checkpoint().config().tower()));
        this.tower = config.tower();
        this.names = TowerNames.of(config.family());
    }

    /** A rotation is for all tokens, so a rotated tower computes them all. */
    private static Set<String> firstTokenOutputs(TowerOptions tower) {
        boolean pooledIsFirst = tower.pooling() == Pooling.CLASS_TOKEN && tower.positions() != Positions.ROTATED;
        return pooledIsFirst ? Set.of("pooler_output", "image_embeds", "cls") : Set.of();
    }

    @Override
    void describe(Size image, Normalization norm) {
        Tensor last = encode(tokens(image, norm)); // (batch, prefix + patches, hidden)
        if (tower.has(Part.LAST_NORM)) {
            last = norm(last, names.lastNorm());
        }
        emitLastState(last, tower.prefix());
        if (isRequested("pooler_output") || isRequested("image_embeds")) {
            emitPooled(pooled(last));
        }
        if (isRequested("logits")) {
            Tensor read = tower.classified() == Classified.POOLED ? pooled(last) : g.meanTokens(last, tower.prefix());
            g.outputVector("logits", classifier(read, "classifier"));
        }
    }

    private Tensor tokens(Size image, Normalization norm) {
        TowerNames.Embeddings at = names.embeddings();
        Tensor x = patchTokens(image, norm, at.patch(), tower.has(Part.PATCH_BIAS));
        if (tower.has(Part.PATCH_NORM)) {
            x = norm(x, at.patchNorm());
        }
        if (tower.classTokens() > 0) {
            Parameter.Weight stored =
                    tower.classTokens() == 1 && at.classTokens().endsWith("_embedding")
                            ? weight(at.classTokens(), hidden)
                            : weight(at.classTokens(), 1, tower.classTokens(), hidden);
            x = g.prepend(stored.viewedAs(1, tower.classTokens(), hidden), x);
        }
        switch (tower.positions()) {
            case TABLE -> x = g.addToEach(x, PositionEmbeddings.of(checkpoint, image, tower.prefix(), at.positions()));
            case SINES -> x = g.addToEach(x, SinePositions.of(config.grid(image), hidden));
            case ROTATED ->
                rotation = Optional.of(RotaryPositions.axial(
                        checkpoint,
                        config.grid(image),
                        hidden / config.heads(),
                        config.rotary().theta()));
        }
        return tower.has(Part.TOKEN_NORM) ? norm(x, at.tokenNorm()) : x;
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = String.format(names.layer(), i);
        Tensor y = selfAttention(norm(x, at + names.attentionNorm()), at, i);
        x = g.add(tokensToCompute(x, i), y);
        y = norm(x, at + names.mlpNorm());
        return g.add(
                x, tower.has(Part.GATED_MLP) ? gatedMlp(y, at) : mlp(y, at + names.in(), at + names.out(), mlpBias()));
    }

    private Tensor selfAttention(Tensor y, String at, int i) {
        TowerNames.Attention maps = names.attention();
        Tensor q = rotated(linear(tokensToCompute(y, i), at + maps.query(), hidden, hidden, config.qkvBias()));
        Tensor k = rotated(linear(y, at + maps.key(), hidden, hidden, config.qkvBias()));
        Tensor v = linear(y, at + maps.value(), hidden, hidden, config.qkvBias());
        Tensor attended = attend(q, k, v, i, Optional.empty());
        return linear(attended, at + maps.output(), hidden, hidden, tower.has(Part.OUTPUT_BIAS));
    }

    private Tensor rotated(Tensor x) {
        return rotation.map(at -> g.rotate(x, config.heads(), at.cos(), at.sin()))
                .orElse(x);
    }

    /** The activation of one linear map, times another linear map. */
    private Tensor gatedMlp(Tensor y, String at) {
        int width = config.intermediateSize();
        Tensor gate = g.activation(linear(y, at + names.gate(), hidden, width, mlpBias()), config.hiddenAct());
        Tensor up = linear(y, at + names.in(), hidden, width, mlpBias());
        return linear(g.multiply(gate, up), at + names.out(), width, hidden, mlpBias());
    }

    private boolean mlpBias() {
        return tower.has(Part.MLP_BIAS);
    }

    @Override
    Tensor norm(Tensor x, String name) {
        return tower.norm() == Norm.LAYER
                ? super.norm(x, name)
                : g.rmsNorm(x, weight(name + ".weight", hidden), config.layerNormEps());
    }

    /** (batch, 1, hidden). */
    private Tensor pooled(Tensor last) {
        Tensor vector =
                switch (tower.pooling()) {
                    case NONE -> throw new IllegalStateException("There is no pooler");
                    case CLASS_TOKEN -> g.token(last, 0);
                    case MEAN_OF_CLASS_TOKENS -> meanOfClassTokens(last);
                    case ATTENTION_AND_MLP -> AttentionPooling.withMlp(this, last);
                    case ATTENTION -> AttentionPooling.plain(this, last);
                };
        return tower.has(Part.POOLED_NORM) ? norm(vector, names.lastNorm()) : vector;
    }

    private Tensor meanOfClassTokens(Tensor last) {
        List<Tensor> tokens = new ArrayList<>();
        for (int i = 0; i < tower.classTokens(); i++) {
            tokens.add(g.token(last, i));
        }
        Tensor sum = tokens.stream().reduce(g::add).orElseThrow();
        return g.scale(
                sum, new Parameter.Constant("class_token_share", List.of(1), new float[] {1f / tower.classTokens()}));
    }

    private void emitPooled(Tensor pooled) {
        if (isRequested("pooler_output")) {
            g.outputVector("pooler_output", pooled);
        }
        if (isRequested("image_embeds")) {
            Tensor embeds = checkpoint.hasProjection()
                    ? g.linear(
                            pooled,
                            weight(Checkpoint.PROJECTION + ".weight", checkpoint.projectionSize(), hidden),
                            Optional.empty(),
                            LinearRole.HEAD)
                    : pooled;
            g.outputVector("image_embeds", embeds);
        }
    }
}
