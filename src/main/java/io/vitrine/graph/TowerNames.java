package io.vitrine.graph;

import io.vitrine.checkpoint.ModelFamily;
import io.vitrine.checkpoint.TowerOptions;
import io.vitrine.checkpoint.TowerOptions.Part;

/**
 * What a family calls the tensors of a {@link Tower}, without {@code .weight} and {@code .bias} where a tensor is one of a pair.
 *
 * @param layer what the names of a layer's tensors begin with; %d stands for the layer's number
 * @param attentionScale the whole name of the vector that scales what attention adds
 * @param mlpScale the whole name of the vector that scales what the MLP adds
 * @param pooledNorm the norm of what is pooled
 */
record TowerNames(
        Embeddings embeddings,
        String layer,
        Attention attention,
        String attentionNorm,
        String attentionScale,
        Mlp mlp,
        String mlpNorm,
        String mlpScale,
        String lastNorm,
        String pooledNorm) {

    /**
     * The tensors before the first layer.
     *
     * @param classTokens the whole name of the class tokens; of the first where there are two tensors
     * @param distillationToken the whole name of the second
     * @param registers the whole name of the registers; empty if they are rows of {@code classTokens}
     * @param positions the whole name of the position embeddings
     */
    record Embeddings(
            String patch,
            String patchNorm,
            String classTokens,
            String distillationToken,
            String registers,
            String positions,
            String tokenNorm) {
        Embeddings(String patch, String patchNorm, String classTokens, String positions, String tokenNorm) {
            this(patch, patchNorm, classTokens, "", "", positions, tokenNorm);
        }
    }

    /**
     * The maps of self-attention, behind {@code layer}.
     *
     * @param fused the map whose rows are query, key and value
     * @param queryBias the whole name of the query's bias beside a fused map without one
     * @param valueBias the whole name of the value's bias beside it
     * @param norm of what attention gives
     */
    record Attention(
            String query,
            String key,
            String value,
            String output,
            String fused,
            String queryBias,
            String valueBias,
            String queryNorm,
            String keyNorm,
            String norm) {
        Attention(String query, String key, String value, String output) {
            this(query, key, value, output, "", "", "", "", "", "");
        }
    }

    /**
     * The maps of the MLP, behind {@code layer}.
     *
     * @param gate the map whose activation gates {@code in}; empty if the MLP is not gated
     * @param norm between activation and {@code out}
     */
    record Mlp(String gate, String in, String out, String norm) {
        Mlp(String in, String out) {
            this("", in, out, "");
        }
    }

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
            "",
            new Mlp("mlp.fc1", "mlp.fc2"),
            "layer_norm2",
            "",
            "post_layernorm",
            "post_layernorm");

    private static final TowerNames AIMV2 = new TowerNames(
            new Embeddings(
                    "embeddings.patch_embed", "embeddings.rms_norm", "", "embeddings.position_embedding.weight", ""),
            "encoder.layers.%d.",
            new Attention("attention.q_proj", "attention.k_proj", "attention.v_proj", "attention.out_proj"),
            "rms_norm1",
            "",
            new Mlp("ffn.gate_proj", "ffn.up_proj", "ffn.down_proj", ""),
            "rms_norm2",
            "",
            "rms_norm",
            "");

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
            "",
            new Mlp("intermediate.dense", "output.dense"),
            "layernorm_after",
            "",
            "layernorm",
            "");

    private static final TowerNames RADIO = new TowerNames(
            new Embeddings(
                    "embeddings.patch_projection",
                    "",
                    "embeddings.cls_register_token",
                    "embeddings.position_embedding",
                    ""),
            "encoder.layer.%d.",
            new Attention("attention.q_proj", "attention.k_proj", "attention.v_proj", "attention.o_proj"),
            "norm1",
            "layer_scale1.lambda1",
            new Mlp("mlp.fc1", "mlp.fc2"),
            "norm2",
            "layer_scale2.lambda1",
            "",
            "");

    private static final TowerNames TIMM = new TowerNames(
            new Embeddings(
                    "patch_embed.proj",
                    "patch_embed.norm",
                    "cls_token",
                    "dist_token",
                    "reg_token",
                    "pos_embed",
                    "norm_pre"),
            "blocks.%d.",
            new Attention(
                    "attn.q_proj",
                    "attn.k_proj",
                    "attn.v_proj",
                    "attn.proj",
                    "attn.qkv",
                    "attn.q_bias",
                    "attn.v_bias",
                    "attn.q_norm",
                    "attn.k_norm",
                    "attn.norm"),
            "norm1",
            "ls1.gamma",
            new Mlp("", "mlp.fc1", "mlp.fc2", "mlp.norm"),
            "norm2",
            "ls2.gamma",
            "norm",
            "fc_norm");

    static TowerNames of(ModelFamily family, TowerOptions tower) {
        boolean gated = tower.has(Part.GATED_MLP);
        return switch (family) {
            case CLIP, METACLIP_2, MLCD, SIGLIP -> CLIP;
            case AIMV2 -> AIMV2;
            case PIXIO -> PIXIO;
            case RADIO -> gated ? RADIO.with(new Mlp("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", "")) : RADIO;
            case TIMM -> gated ? TIMM.with(new Mlp("mlp.fc1_g", "mlp.fc1_x", "mlp.fc2", "mlp.norm")) : TIMM;
            default -> throw new IllegalArgumentException(family + " has no tower");
        };
    }

    private TowerNames with(Mlp other) {
        return new TowerNames(
                embeddings,
                layer,
                attention,
                attentionNorm,
                attentionScale,
                other,
                mlpNorm,
                mlpScale,
                lastNorm,
                pooledNorm);
    }
}
