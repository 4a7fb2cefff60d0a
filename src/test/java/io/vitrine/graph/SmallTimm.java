package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.TimmCheckpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sizes and the parts of small checkpoints of timm's ViTs. */
final class SmallTimm {
    static final int HIDDEN = 16;
    static final int MLP = 24;
    static final int LAYERS = 2;
    static final int PATCHES = 6;
    static final Size PATCH = new Size(8, 8);
    static final Size IMAGE = new Size(16, 24);

    private SmallTimm() {}

    /** {@code model_args} of a small model, and {@code more}. */
    static Map<String, Object> arguments(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "img_size",
                List.of(16, 24),
                "patch_size",
                8,
                "embed_dim",
                HIDDEN,
                "depth",
                LAYERS,
                "num_heads",
                2,
                "mlp_ratio",
                1.5));
        all.putAll(more);
        return all;
    }

    static TimmCheckpoint evaLayer(TimmCheckpoint small, String at) {
        return small.norm(at + "norm1", HIDDEN)
                .norm(at + "norm2", HIDDEN)
                .with(at + "attn.qkv.weight", 3 * HIDDEN, HIDDEN)
                .with(at + "attn.q_bias", HIDDEN)
                .with(at + "attn.v_bias", HIDDEN)
                .linear(at + "attn.proj", HIDDEN, HIDDEN)
                .linear(at + "mlp.fc2", HIDDEN, MLP);
    }

    static void eva02Layers(TimmCheckpoint small) {
        for (int i = 0; i < LAYERS; i++) {
            String at = "blocks." + i + ".";
            small.norm(at + "norm1", HIDDEN)
                    .norm(at + "norm2", HIDDEN)
                    .linear(at + "attn.q_proj", HIDDEN, HIDDEN)
                    .with(at + "attn.k_proj.weight", HIDDEN, HIDDEN)
                    .linear(at + "attn.v_proj", HIDDEN, HIDDEN)
                    .norm(at + "attn.norm", HIDDEN)
                    .linear(at + "attn.proj", HIDDEN, HIDDEN)
                    .linear(at + "mlp.fc1_g", MLP, HIDDEN)
                    .linear(at + "mlp.fc1_x", MLP, HIDDEN)
                    .norm(at + "mlp.norm", MLP)
                    .linear(at + "mlp.fc2", HIDDEN, MLP);
        }
    }

    static void attentionPool(TimmCheckpoint small, int width) {
        small.with("attn_pool.latent", 1, 1, HIDDEN)
                .linear("attn_pool.q", HIDDEN, HIDDEN)
                .linear("attn_pool.kv", 2 * HIDDEN, HIDDEN)
                .linear("attn_pool.proj", HIDDEN, HIDDEN)
                .norm("attn_pool.norm", HIDDEN)
                .linear("attn_pool.mlp.fc1", width, HIDDEN)
                .linear("attn_pool.mlp.fc2", HIDDEN, width);
    }
}
