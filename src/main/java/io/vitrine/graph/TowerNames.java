package io.vitrine.graph;

import io.vitrine.checkpoint.ModelFamily;

/**
 * What a family calls the tensors of a {@link Tower}, without {@code .weight} and {@code .bias} where a tensor is one of a pair.
 *
 * @param layer what the names of a layer's tensors begin with; %d stands for the layer's number
 * @param gate the map whose activation gates {@code in}; empty if the MLP is not gated
 */
record TowerNames(
        Embeddings embeddings,
        String layer,
        Attention attention,
        String attentionNorm,
        String mlpNorm,
        String gate,
        String in,
        String out,
        String lastNorm) {

    /**
     * The tensors before the first layer.
     *
     * @param classTokens the whole name of the class tokens
     * @param positions the whole name of the position embeddings
     */
    record Embeddings(String patch, String patchNorm, String classTokens, String positions, String tokenNorm) {}

    /** The maps of self-attention, behind {@code layer}. */
    record Attention(String query, String key, String value, String output) {}

    private static final Attention SELF_ATTN =
            new Attention("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj");

    private static final TowerNames CLIP = new TowerNames(
            new Embeddings(
                    "embeddings.patch_embedding",
                    "",
                    "embeddings.class_embedding",
                    "embeddings.position_embedding.weight",
                    "pre_layrnorm"), // so spelled
            "encoder.layers.%d.",
            SELF_ATTN,
            "layer_norm1",
            "layer_norm2",
            "",
            "mlp.fc1",
            "mlp.fc2",
            "post_layernorm");

    private static final TowerNames AIMV2 = new TowerNames(
            new Embeddings(
                    "embeddings.patch_embed", "embeddings.rms_norm", "", "embeddings.position_embedding.weight", ""),
            "encoder.layers.%d.",
            new Attention("attention.q_proj", "attention.k_proj", "attention.v_proj", "attention.out_proj"),
            "rms_norm1",
            "rms_norm2",
            "ffn.gate_proj",
            "ffn.up_proj",
            "ffn.down_proj",
            "rms_norm");

    /** The names of published ViTs, to which {@code TensorNames} maps version 5's. */
    private static final TowerNames PIXIO = new TowerNames(
            new Embeddings(
                    "embeddings.patch_embeddings.projection",
                    "",
                    "embeddings.cls_token",
                    "embeddings.position_embeddings",
                    ""),
            "encoder.layer.%d.",
            new Attention(
                    "attention.attention.query",
                    "attention.attention.key",
                    "attention.attention.value",
                    "attention.output.dense"),
            "layernorm_before",
            "layernorm_after",
            "",
            "intermediate.dense",
            "output.dense",
            "layernorm");

    static TowerNames of(ModelFamily family) {
        return switch (family) {
            case CLIP, METACLIP_2, MLCD, SIGLIP -> CLIP;
            case AIMV2 -> AIMV2;
            case PIXIO -> PIXIO;
            default -> throw new IllegalArgumentException(family + " has no tower");
        };
    }
}
