package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import java.util.Optional;
import java.util.Set;

/**
 * BEiT ({@code beit}) and data2vec ({@code data2vec-vision}).
 *
 * <p>Differences from ViT: the key has no bias. Attention is biased by the relative position of its two tokens, from a table
 * per layer, a shared table, or both. A learned vector may scale each branch. With mean pooling, the last state is not
 * normed, and the pooler is the layer norm of the mean of the patches.
 */
final class Beit extends Architecture {
    private static final String TABLE = "relative_position_bias.relative_position_bias_table";

    private Size grid;
    private int[] index;
    private Optional<GraphBuilder.AttentionBias> shared = Optional.empty();

    Beit(GraphRequest request, GraphBuilder g) {
        super(request, g, Set.of()); // every layer computes every token
    }

    @Override
    void describe(Size image, Normalization norm) {
        grid = config.grid(image);
        index = RelativePositions.index(grid);

        Tensor x = g.prepend(weight("embeddings.cls_token", 1, 1, hidden), patchTokens(image, norm));
        if (config.beit().absolutePositions()) {
            x = g.addToEach(x, PositionEmbeddings.of(checkpoint, image, 1));
        }
        if (config.beit().sharedBias()) {
            shared = Optional.of(tableBias("encoder." + TABLE, x));
        }
        x = encode(x); // (batch, 1 + patches, hidden)

        boolean mean = config.beit().meanPooling();
        Tensor last = mean ? x : norm(x, "layernorm");
        emitLastState(last, 1);
        if (isRequested("pooler_output") || isRequested("logits")) {
            Tensor pooled = mean ? norm(g.meanTokens(last, 1), "pooler.layernorm") : g.token(last, 0);
            if (isRequested("pooler_output")) {
                g.outputVector("pooler_output", pooled);
            }
            if (isRequested("logits")) {
                g.outputVector("logits", classifier(pooled, "classifier"));
            }
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "encoder.layer." + i + ".";
        Tensor y = norm(x, at + "layernorm_before");
        x = g.add(x, scaled(attention(y, at, i, ProjectionBiases.ALL_BUT_KEY, positionBias(at, x)), at + "lambda_1"));
        y = norm(x, at + "layernorm_after");
        return g.add(x, scaled(mlp(y, at + "intermediate.dense", at + "output.dense"), at + "lambda_2"));
    }

    private Tensor scaled(Tensor branch, String name) {
        return config.beit().layerScale() ? g.scale(branch, weight(name, hidden)) : branch;
    }

    /** The layer's own position bias, the shared one, or their sum. */
    private Optional<GraphBuilder.AttentionBias> positionBias(String at, Tensor x) {
        if (!config.beit().layerBias()) {
            return shared;
        }
        GraphBuilder.AttentionBias own = tableBias(at + "attention.attention." + TABLE, x);
        return Optional.of(shared.map(other -> g.add(own, other)).orElse(own));
    }

    private GraphBuilder.AttentionBias tableBias(String name, Tensor x) {
        return g.attentionBias(RelativePositions.table(checkpoint, name, grid), index, x.tokens());
    }
}
