package io.vitrine.checkpoint;

import static io.vitrine.checkpoint.SmallCheckpoint.HEADS;
import static io.vitrine.checkpoint.SmallCheckpoint.HIDDEN;
import static io.vitrine.checkpoint.SmallCheckpoint.LAYERS;
import static io.vitrine.checkpoint.SmallCheckpoint.MLP;
import static io.vitrine.checkpoint.SmallCheckpoint.PATCH;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of small ViTs, BEiTs and DINOs, by the families' names. */
final class SmallTransformers {
    private static final int PATCHES = 9;
    private static final int TABLE = 5 * 5 + 3;

    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    private final Map<String, Object> config;

    private SmallTransformers(Map<String, Object> config) {
        this.config = config;
    }

    /** The shapes by name. Adds to {@code config} what the family needs. */
    static Map<String, List<Integer>> of(String modelType, Map<String, Object> config) {
        SmallTransformers tensors = new SmallTransformers(config);
        switch (modelType) {
            case "beit", "data2vec-vision" -> tensors.beit();
            case "dinov2" -> tensors.dinov2();
            case "dinov3_vit" -> tensors.dinov3();
            default -> tensors.vit();
        }
        return tensors.shapes;
    }

    private void vit() {
        int tokens = PATCHES + (config.get("model_type").equals("ijepa") ? 0 : 1);
        if (tokens > PATCHES) {
            shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        }
        shapes.put("embeddings.position_embeddings", List.of(1, tokens, HIDDEN));
        patches("embeddings.patch_embeddings.projection");
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            attention(at, true);
            int mlp = (int) config.get("intermediate_size");
            linear(at + "intermediate.dense", mlp, HIDDEN);
            linear(at + "output.dense", HIDDEN, mlp);
            norm(at + "layernorm_before");
            norm(at + "layernorm_after");
        }
        norm("layernorm");
        if (config.get("model_type").equals("vit")) {
            linear("pooler.dense", HIDDEN, HIDDEN);
        }
    }

    /** With relative positions in each layer and shared ones, layer scale and mean pooling. */
    private void beit() {
        config.putAll(Map.of("use_relative_position_bias", true, "use_shared_relative_position_bias", true));
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        patches("embeddings.patch_embeddings.projection");
        shapes.put("encoder.relative_position_bias.relative_position_bias_table", List.of(TABLE, HEADS));
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            attention(at, false);
            shapes.put(
                    at + "attention.attention.relative_position_bias.relative_position_bias_table",
                    List.of(TABLE, HEADS));
            shapes.put(at + "lambda_1", List.of(HIDDEN));
            shapes.put(at + "lambda_2", List.of(HIDDEN));
            linear(at + "intermediate.dense", MLP, HIDDEN);
            linear(at + "output.dense", HIDDEN, MLP);
            norm(at + "layernorm_before");
            norm(at + "layernorm_after");
        }
        norm("pooler.layernorm");
    }

    /** With a SwiGLU. */
    private void dinov2() {
        config.putAll(Map.of("use_swiglu_ffn", true, "mlp_ratio", 2));
        int width = (HIDDEN * 2 * 2 / 3 + 7) / 8 * 8;
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        shapes.put("embeddings.position_embeddings", List.of(1, 1 + PATCHES, HIDDEN));
        patches("embeddings.patch_embeddings.projection");
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            attention(at, true);
            norm(at + "norm1");
            norm(at + "norm2");
            shapes.put(at + "layer_scale1.lambda1", List.of(HIDDEN));
            shapes.put(at + "layer_scale2.lambda1", List.of(HIDDEN));
            linear(at + "mlp.weights_in", 2 * width, HIDDEN);
            linear(at + "mlp.weights_out", HIDDEN, width);
        }
        norm("layernorm");
    }

    private void dinov3() {
        int registers = (int) config.getOrDefault("num_register_tokens", 0);
        boolean gated = (boolean) config.getOrDefault("use_gated_mlp", false);
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        shapes.put("embeddings.mask_token", List.of(1, 1, HIDDEN));
        if (registers > 0) {
            shapes.put("embeddings.register_tokens", List.of(1, registers, HIDDEN));
        }
        patches("embeddings.patch_embeddings");
        for (int i = 0; i < LAYERS; i++) {
            String at = "layer." + i + ".";
            norm(at + "norm1");
            norm(at + "norm2");
            linear(at + "attention.q_proj", HIDDEN, HIDDEN, "query_bias", true);
            linear(at + "attention.k_proj", HIDDEN, HIDDEN, "key_bias", false);
            linear(at + "attention.v_proj", HIDDEN, HIDDEN, "value_bias", true);
            linear(at + "attention.o_proj", HIDDEN, HIDDEN, "proj_bias", true);
            shapes.put(at + "layer_scale1.lambda1", List.of(HIDDEN));
            shapes.put(at + "layer_scale2.lambda1", List.of(HIDDEN));
            if (gated) {
                linear(at + "mlp.gate_proj", MLP, HIDDEN, "mlp_bias", true);
            }
            linear(at + "mlp.up_proj", MLP, HIDDEN, "mlp_bias", true);
            linear(at + "mlp.down_proj", HIDDEN, MLP, "mlp_bias", true);
        }
        norm("norm");
    }

    private void patches(String name) {
        shapes.put(name + ".weight", List.of(HIDDEN, 3, PATCH, PATCH));
        shapes.put(name + ".bias", List.of(HIDDEN));
    }

    private void attention(String at, boolean keyBias) {
        for (String part : List.of("query", "key", "value")) {
            linear(at + "attention.attention." + part, HIDDEN, HIDDEN);
        }
        if (!keyBias) {
            shapes.remove(at + "attention.attention.key.bias");
        }
        linear(at + "attention.output.dense", HIDDEN, HIDDEN);
    }

    private void linear(String name, int out, int in) {
        shapes.put(name + ".weight", List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    /** With a bias if the config has one. */
    private void linear(String name, int out, int in, String key, boolean otherwise) {
        shapes.put(name + ".weight", List.of(out, in));
        if ((boolean) config.getOrDefault(key, otherwise)) {
            shapes.put(name + ".bias", List.of(out));
        }
    }

    private void norm(String name) {
        shapes.put(name + ".weight", List.of(HIDDEN));
        shapes.put(name + ".bias", List.of(HIDDEN));
    }
}
