package io.vitrine.graph;

import static io.vitrine.graph.PrintedForms.assertClose;
import static io.vitrine.graph.PrintedForms.assertPooledByAttention;
import static io.vitrine.graph.PrintedForms.image;
import static io.vitrine.graph.SmallTimm.HIDDEN;
import static io.vitrine.graph.SmallTimm.IMAGE;
import static io.vitrine.graph.SmallTimm.LAYERS;
import static io.vitrine.graph.SmallTimm.MLP;
import static io.vitrine.graph.SmallTimm.PATCH;
import static io.vitrine.graph.SmallTimm.PATCHES;
import static io.vitrine.graph.SmallTimm.arguments;
import static io.vitrine.graph.SmallTimm.attentionPool;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TimmCheckpoint;
import io.vitrine.graph.NaiveTimm.Norms;
import io.vitrine.graph.NaiveTimm.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Printed models against {@link NaiveTimm}: combinations of timm's parts, some of which no published model has. */
final class NaiveTimmTest {
    @TempDir
    private Path folder;

    @Test
    void aVitWithAllPartsEqualsTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "vit_base_patch16_224",
                        arguments(Map.of(
                                "qk_norm", true,
                                "scale_attn_norm", true,
                                "scale_mlp_norm", true,
                                "init_values", 0.1,
                                "reg_tokens", 3,
                                "no_embed_class", true,
                                "pre_norm", true,
                                "global_pool", "map",
                                "act_layer", "quick_gelu")))
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("cls_token", 1, 1, HIDDEN)
                .with("reg_token", 1, 3, HIDDEN)
                .with("pos_embed", 1, PATCHES, HIDDEN)
                .norm("norm_pre", HIDDEN)
                .norm("norm", HIDDEN)
                .linear("head", 5, HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String at = "blocks." + i + ".";
            small.norm(at + "norm1", HIDDEN)
                    .norm(at + "norm2", HIDDEN)
                    .linear(at + "attn.qkv", 3 * HIDDEN, HIDDEN)
                    .norm(at + "attn.q_norm", HIDDEN / 2)
                    .norm(at + "attn.k_norm", HIDDEN / 2)
                    .norm(at + "attn.norm", HIDDEN)
                    .linear(at + "attn.proj", HIDDEN, HIDDEN)
                    .with(at + "ls1.gamma", HIDDEN)
                    .with(at + "ls2.gamma", HIDDEN)
                    .linear(at + "mlp.fc1", MLP, HIDDEN)
                    .norm(at + "mlp.norm", MLP)
                    .linear(at + "mlp.fc2", HIDDEN, MLP);
        }
        attentionPool(small, MLP);
        Options options =
                new Options(2, 2, 1e-6, x -> x / (1 + Math.exp(-1.702 * x)), Norms.BEFORE, NaiveTimm.NO_ROTATION);
        assertPooledByAttention(small.write(folder), IMAGE, new NaiveTimm(small, IMAGE, PATCH, options), 4);
    }

    /** As Virchow is published: config.json does not say that the MLP is gated. */
    @Test
    void aPackedGateIsSeenInTheWeights() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "vit_huge_patch14_224",
                        arguments(
                                Map.of("class_token", false, "reg_tokens", 2, "global_pool", "avg", "qkv_bias", false)))
                .with("patch_embed.proj.bias", HIDDEN)
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("reg_token", 1, 2, HIDDEN)
                .with("pos_embed", 1, 2 + PATCHES, HIDDEN)
                .norm("fc_norm", HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String at = "blocks." + i + ".";
            small.norm(at + "norm1", HIDDEN)
                    .norm(at + "norm2", HIDDEN)
                    .with(at + "attn.qkv.weight", 3 * HIDDEN, HIDDEN)
                    .linear(at + "attn.proj", HIDDEN, HIDDEN)
                    .linear(at + "mlp.fc1", MLP, HIDDEN)
                    .linear(at + "mlp.fc2", HIDDEN, MLP / 2);
        }
        Options options = new Options(2, 2, 1e-6, NaiveMath::silu, Norms.BEFORE, NaiveTimm.NO_ROTATION);
        NaiveTimm naive = new NaiveTimm(small, IMAGE, PATCH, options);
        float[] image = image(IMAGE);
        double[][] last = naive.lastHiddenState(image);

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertThat(ModelOutputs.summaryOutputs(checkpoint)).doesNotContain("cls", "logits");
        assertClose(checkpoint, IMAGE, image, "last_hidden_state", last);
        assertClose(checkpoint, IMAGE, image, "pooler_output", new double[][] {naive.mean(last, 2)});
    }
}
