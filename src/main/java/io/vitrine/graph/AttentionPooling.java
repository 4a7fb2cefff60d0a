package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.checkpoint.TowerOptions.Query;
import java.util.Optional;

/**
 * Pooling by a learned query that attends to tokens: {@code SiglipMultiheadAttentionPoolingHead} and {@code
 * Aimv2AttentionPoolingHead} of transformers, and {@code AttentionPoolLatent} of timm.
 */
final class AttentionPooling {
    private static final int PARTS = 3; // query, key and value lie in one tensor

    private final Architecture model;
    private final GraphBuilder g;
    private final int hidden;
    private final Query options;

    private AttentionPooling(Architecture model) {
        this.model = model;
        this.g = model.g;
        this.hidden = model.hidden;
        this.options = model.config
                .tower()
                .query()
                .orElse(new Query(model.config.heads(), model.config.intermediateSize(), model.config.hiddenAct()));
    }

    /** SigLIP's: the query is mapped too, and an MLP of the norm is added to what attention gives. */
    static Tensor withMlp(Architecture model, Tensor last) {
        return new AttentionPooling(model).withMlp(last);
    }

    /** AIMv2's: the query is read as it is stored. */
    static Tensor plain(Architecture model, Tensor last) {
        return new AttentionPooling(model).plain(last);
    }

    /**
     * timm's: as SigLIP's, under other names.
     *
     * @param from the first token that is attended to
     */
    static Tensor latent(Architecture model, Tensor last, int from) {
        return new AttentionPooling(model).latent(last, from);
    }

    private Tensor withMlp(Tensor last) {
        Tensor query = part(query("head.probe", last), 0);
        Tensor attended = attend(query, part(last, 1), part(last, 2));
        Tensor x = model.head(attended, "head.attention.out_proj", hidden);
        return withMlp(x, "head.layernorm", "head.mlp.");
    }

    private Tensor withMlp(Tensor x, String norm, String mlp) {
        Tensor y = model.norm(x, norm);
        y = model.head(y, mlp + "fc1", options.intermediateSize());
        return g.add(x, model.head(g.activation(y, options.activation()), mlp + "fc2", hidden));
    }

    private Tensor latent(Tensor last, int from) {
        Tensor read = g.tokensFrom(last, from);
        Tensor query = model.head(query("attn_pool.latent", last), "attn_pool.q", hidden);
        Tensor attended = attend(query, fused(read, "attn_pool.kv.", 2, 0), fused(read, "attn_pool.kv.", 2, 1));
        return withMlp(model.head(attended, "attn_pool.proj", hidden), "attn_pool.norm", "attn_pool.mlp.");
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

    /** A map of SigLIP's fused projection. */
    private Tensor part(Tensor x, int i) {
        return fused(x, "head.attention.in_proj_", PARTS, i);
    }

    /** A map of several that lie in one tensor. */
    private Tensor fused(Tensor x, String name, int parts, int i) {
        return g.linear(
                x,
                weight(name + "weight", parts * hidden, hidden).rows(i * hidden, (i + 1) * hidden),
                Optional.of(weight(name + "bias", parts * hidden).rows(i * hidden, (i + 1) * hidden)),
                LinearRole.HEAD);
    }

    private Tensor attend(Tensor query, Tensor key, Tensor value) {
        return g.attention(
                query,
                key,
                value,
                new GraphBuilder.Attention(options.heads(), Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
