package io.vitrine.checkpoint;

import static io.vitrine.checkpoint.SmallCheckpoint.HIDDEN;
import static io.vitrine.checkpoint.SmallCheckpoint.LAYERS;
import static io.vitrine.checkpoint.SmallCheckpoint.MLP;
import static io.vitrine.checkpoint.SmallCheckpoint.PATCH;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of small checkpoints of CLIP, MLCD, SigLIP, AIMv2 and Pixio, under the names that the reference saves. */
final class SmallTowers {
    private static final int PATCHES = 9;

    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();

    private SmallTowers() {}

    static Map<String, List<Integer>> of(String modelType, Map<String, Object> config) {
        SmallTowers tower = new SmallTowers();
        switch (modelType) {
            case "clip_vision_model" -> tower.clip(true);
            case "mlcd_vision_model" -> tower.clip(false);
            case "siglip_vision_model" -> tower.siglip();
            case "aimv2_vision_model" -> tower.aimv2();
            case "pixio" -> tower.pixio((int) config.getOrDefault("n_cls_tokens", 8));
            default -> throw new IllegalArgumentException(modelType);
        }
        return tower.shapes;
    }

    private void clip(boolean positions) {
        shapes.put("embeddings.class_embedding", List.of(HIDDEN));
        shapes.put("embeddings.patch_embedding.weight", List.of(HIDDEN, 3, PATCH, PATCH));
        if (positions) {
            shapes.put("embeddings.position_embedding.weight", List.of(1 + PATCHES, HIDDEN));
        } else {
            shapes.put("class_pos_emb", List.of(1, HIDDEN / SmallCheckpoint.HEADS / 2));
        }
        pair("pre_layrnorm", HIDDEN);
        layers("encoder.layers.", "self_attn.", "out_proj", "layer_norm1", "layer_norm2");
        pair("post_layernorm", HIDDEN);
    }

    private void siglip() {
        pair("embeddings.patch_embedding", HIDDEN, 3, PATCH, PATCH);
        shapes.put("embeddings.position_embedding.weight", List.of(PATCHES, HIDDEN));
        layers("encoder.layers.", "self_attn.", "out_proj", "layer_norm1", "layer_norm2");
        pair("post_layernorm", HIDDEN);
        shapes.put("head.probe", List.of(1, 1, HIDDEN));
        shapes.put("head.attention.in_proj_weight", List.of(3 * HIDDEN, HIDDEN));
        shapes.put("head.attention.in_proj_bias", List.of(3 * HIDDEN));
        pair("head.attention.out_proj", HIDDEN, HIDDEN);
        pair("head.layernorm", HIDDEN);
        pair("head.mlp.fc1", MLP, HIDDEN);
        pair("head.mlp.fc2", HIDDEN, MLP);
    }

    private void aimv2() {
        pair("embeddings.patch_embed", HIDDEN, 3, PATCH, PATCH);
        shapes.put("embeddings.rms_norm.weight", List.of(HIDDEN));
        shapes.put("embeddings.position_embedding.weight", List.of(PATCHES, HIDDEN));
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layers." + i + ".";
            for (String map : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                shapes.put(at + "attention." + map + ".weight", List.of(HIDDEN, HIDDEN));
            }
            shapes.put(at + "rms_norm1.weight", List.of(HIDDEN));
            shapes.put(at + "rms_norm2.weight", List.of(HIDDEN));
            shapes.put(at + "ffn.gate_proj.weight", List.of(MLP, HIDDEN));
            shapes.put(at + "ffn.up_proj.weight", List.of(MLP, HIDDEN));
            shapes.put(at + "ffn.down_proj.weight", List.of(HIDDEN, MLP));
        }
        shapes.put("rms_norm.weight", List.of(HIDDEN));
        shapes.put("head.cls_token", List.of(1, 1, HIDDEN));
        shapes.put("head.k_proj.weight", List.of(HIDDEN, HIDDEN));
        shapes.put("head.v_proj.weight", List.of(HIDDEN, HIDDEN));
        pair("head.output_proj", HIDDEN, HIDDEN);
    }

    private void pixio(int classTokens) {
        shapes.put("embeddings.cls_token", List.of(1, classTokens, HIDDEN));
        shapes.put("embeddings.position_embeddings", List.of(1, classTokens + PATCHES, HIDDEN));
        pair("embeddings.patch_embeddings.projection", HIDDEN, 3, PATCH, PATCH);
        layers("layers.", "attention.", "o_proj", "layernorm_before", "layernorm_after");
        pair("layernorm", HIDDEN);
    }

    private void layers(String layer, String attention, String output, String first, String second) {
        for (int i = 0; i < LAYERS; i++) {
            String at = layer + i + ".";
            for (String map : List.of("q_proj", "k_proj", "v_proj", output)) {
                pair(at + attention + map, HIDDEN, HIDDEN);
            }
            pair(at + first, HIDDEN);
            pair(at + second, HIDDEN);
            pair(at + "mlp.fc1", MLP, HIDDEN);
            pair(at + "mlp.fc2", HIDDEN, MLP);
        }
    }

    private void pair(String name, Integer... shape) {
        shapes.put(name + ".weight", List.of(shape));
        shapes.put(name + ".bias", List.of(shape[0]));
    }
}
