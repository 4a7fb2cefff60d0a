package io.vitrine.graph;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.util.List;
import java.util.Map;

/** Checkpoints whose layer norms have outlier channels, and which compute the same function as without them. */
public final class OutlierCheckpoints {
    private static final List<Integer> CHANNELS = List.of(3, 10);
    private static final Map<String, List<String>> READERS = Map.of(
            "layernorm_before",
                    List.of("attention.attention.query", "attention.attention.key", "attention.attention.value"),
            "layernorm_after", List.of("intermediate.dense"),
            "norm1",
                    List.of(
                            "attention.attention.query",
                            "attention.attention.key",
                            "attention.attention.value",
                            "attention.q_proj",
                            "attention.k_proj",
                            "attention.v_proj"),
            "norm2", List.of("mlp.weights_in", "mlp.up_proj", "mlp.gate_proj"));

    private OutlierCheckpoints() {}

    /** Multiplies two channels of each layer's norms by {@code factor}, and divides what reads them. */
    public static SmallCheckpoint scale(SmallCheckpoint checkpoint, float factor) {
        for (int i = 0; i < SmallCheckpoint.LAYERS; i++) {
            String at = (checkpoint.modelType().equals("dinov3_vit") ? "layer." : "encoder.layer.") + i + ".";
            READERS.forEach((norm, readers) -> {
                if (checkpoint.has(at + norm + ".weight")) {
                    multiply(checkpoint.values(at + norm + ".weight"), factor);
                    multiply(checkpoint.values(at + norm + ".bias"), factor);
                    readers.stream()
                            .map(reader -> at + reader + ".weight")
                            .filter(checkpoint::has)
                            .forEach(reader -> multiply(checkpoint.values(reader), 1 / factor));
                }
            });
        }
        return checkpoint;
    }

    /**
     * A ViT that int8 gets wrong: a hidden unit of each MLP, which nothing reads, sets the integer step of its token. No norm can be
     * folded.
     */
    public static SmallCheckpoint beyondInt8() {
        int mlp = 32;
        SmallCheckpoint checkpoint = SmallCheckpoint.of("vit", Map.of("intermediate_size", mlp));
        for (int i = 0; i < SmallCheckpoint.LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            checkpoint.values(at + "intermediate.dense.bias")[5] = 20_000;
            for (int row = 0; row < SmallCheckpoint.HIDDEN; row++) {
                checkpoint.values(at + "output.dense.weight")[row * mlp + 5] = 0;
            }
        }
        return checkpoint;
    }

    /** @param values (width) or (out, width) */
    private static void multiply(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            if (CHANNELS.contains(i % SmallCheckpoint.HIDDEN)) {
                values[i] *= factor;
            }
        }
    }
}
