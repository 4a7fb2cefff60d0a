package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import java.util.Optional;

/**
 * Pooling by a learned query that attends to every token: {@code SiglipMultiheadAttentionPoolingHead} and {@code
 * Aimv2AttentionPoolingHead} of transformers.
 */
final class AttentionPooling {
    private static final int PARTS = 3; // query, key and value lie in one tensor

    private final Architecture model;
    private final GraphBuilder g;
    private final int hidden;

    private AttentionPooling(Architecture model) {
        this.model = model;
        this.g = model.g;
        this.hidden = model.hidden;
    }

    /** SigLIP's: the query is mapped too, and an MLP of the norm is added to what attention gives. */
    static Tensor withMlp(Architecture model, Tensor last) {
        return new AttentionPooling(model).withMlp(last);
    }

    /** AIMv2's: the query is read as it is stored. */
    static Tensor plain(Architecture model, Tensor last) {
        return new AttentionPooling(model).plain(last);
    }

    private Tensor withMlp(Tensor last) {
        Tensor query = part(query("head.probe", last), 0);
        Tensor attended = attend(query, part(last, 1), part(last, 2));
        Tensor x = model.head(attended, "head.attention.out_proj", hidden);
        Tensor y = model.norm(x, "head.layernorm");
        y = model.head(y, "head.mlp.fc1", model.config.intermediateSize());
        y = model.head(g.activation(y, model.config.hiddenAct()), "head.mlp.fc2", hidden);
        return g.add(x, y);
    }

    private Tensor plain(Tensor last) {
        boolean bias = model.config.qkvBias();
        Tensor key = model.linear(last, "head.k_proj", hidden, hidden, bias);
        Tensor value = model.linear(last, "head.v_proj", hidden, hidden, bias);
        return model.head(attend(query("head.cls_token", last), key, value), "head.output_proj", hidden);
    }

    /** The learned query of each image, (batch, 1, hidden). */
    private Tensor query(String name, Tensor last) {
        return g.token(g.prepend(weight(name, 1, 1, hidden), last), 0);
    }

    /** A map of the fused projection. */
    private Tensor part(Tensor x, int i) {
        return g.linear(
                x,
                weight("head.attention.in_proj_weight", PARTS * hidden, hidden).rows(i * hidden, (i + 1) * hidden),
                Optional.of(
                        weight("head.attention.in_proj_bias", PARTS * hidden).rows(i * hidden, (i + 1) * hidden)),
                LinearRole.HEAD);
    }

    private Tensor attend(Tensor query, Tensor key, Tensor value) {
        return g.attention(
                query,
                key,
                value,
                new GraphBuilder.Attention(model.config.heads(), Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
