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
import static io.vitrine.graph.SmallTimm.eva02Layers;
import static io.vitrine.graph.SmallTimm.evaLayer;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TimmCheckpoint;
import io.vitrine.graph.NaiveTimm.Norms;
import io.vitrine.graph.NaiveTimm.Options;
import io.vitrine.graph.NaiveTimm.Rotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Printed models against {@link NaiveTimm}: timm's class Eva, whose queries and keys are rotated, and its descendants. */
final class NaiveEvaTest {
    @TempDir
    private Path folder;

    /** As EVA-02's enormous model. Such blocks have no scales, whatever {@code init_values} says. */
    @Test
    void normsBehindTheBranchesEqualTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "eva02_enormous_patch14_clip_224", arguments(Map.of("init_values", 0.1)))
                .with("patch_embed.proj.bias", HIDDEN)
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("cls_token", 1, 1, HIDDEN)
                .with("pos_embed", 1, 1 + PATCHES, HIDDEN)
                .norm("norm", HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            evaLayer(small, "blocks." + i + ".").linear("blocks." + i + ".mlp.fc1", MLP, HIDDEN);
        }
        Options options = new Options(2, 2, 1e-6, NaiveMath::gelu, Norms.BEHIND, NaiveTimm.NO_ROTATION);
        float[] image = image(IMAGE);
        double[][] last = new NaiveTimm(small, IMAGE, PATCH, options).lastHiddenState(image);

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertClose(checkpoint, IMAGE, image, "last_hidden_state", last);
        assertClose(checkpoint, IMAGE, image, "pooler_output", new double[][] {last[0]}); // the first token alone
    }

    /** Rows and columns count in the units of the trained grid, also in an image of another size. */
    @Test
    void anEva02RotationEqualsTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "eva02_base_patch14_224",
                        arguments(Map.of(
                                "use_abs_pos_emb", false, "ref_feat_shape", List.of(5, 4), "scale_attn_inner", true)))
                .with("patch_embed.proj.bias", HIDDEN)
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("cls_token", 1, 1, HIDDEN)
                .norm("fc_norm", HIDDEN);
        eva02Layers(small);
        Options options = new Options(2, 2, 1e-6, NaiveMath::silu, Norms.BEFORE, NaiveEvaTest::eva02);
        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        for (Size size : List.of(IMAGE, new Size(40, 32))) {
            float[] image = image(size);
            NaiveTimm naive = new NaiveTimm(small, size, PATCH, options);
            double[][] last = naive.lastHiddenState(image);
            assertClose(checkpoint, size, image, "last_hidden_state", last);
            assertClose(checkpoint, size, image, "pooler_output", new double[][] {naive.mean(last, 1)});
        }
    }

    /** The class token is not rotated, so the last layer can compute it alone. */
    @Test
    void aRotatedClassTokenEqualsTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "eva02_base_patch16_clip_224", arguments(Map.of("ref_feat_shape", List.of(5, 4))))
                .with("patch_embed.proj.bias", HIDDEN)
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("cls_token", 1, 1, HIDDEN)
                .with("pos_embed", 1, 1 + PATCHES, HIDDEN)
                .norm("norm", HIDDEN)
                .linear("head", 5, HIDDEN);
        eva02Layers(small);
        Options options = new Options(2, 2, 1e-6, NaiveMath::silu, Norms.BEFORE, NaiveEvaTest::eva02);
        NaiveTimm naive = new NaiveTimm(small, IMAGE, PATCH, options);
        float[] image = image(IMAGE);
        double[] first = naive.lastHiddenState(image)[0];

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertClose(checkpoint, IMAGE, image, "pooler_output", new double[][] {first});
        assertClose(checkpoint, IMAGE, image, "logits", new double[][] {naive.classified(first)});
        String oneQuery = "[-1, 1, 2, " + HIDDEN / 2 + "]";
        assertThat(source(checkpoint, "logits")).contains(oneQuery);
        assertThat(source(checkpoint, "mean")).doesNotContain(oneQuery);
    }

    private static String source(Checkpoint checkpoint, String output) {
        return TorchScript.print(PrintedForms.request(checkpoint, IMAGE, output))
                .source();
    }

    /** Rows first, counted from zero, in units of a grid of 5 x 4. */
    private static double eva02(int row, int column, Size grid, int k, int size) {
        int quarter = size / 4;
        double place = k < quarter ? row * 5.0 / grid.height() : column * 4.0 / grid.width();
        return place / Math.pow(10_000, (k % quarter) / (double) quarter);
    }

    /** As the Perception Encoder: columns first, counted from one, and a pooling with heads and a width of its own. */
    @Test
    void aPerceptionEncoderEqualsTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "vit_pe_core_base_patch16_224",
                        arguments(Map.of("ref_feat_shape", List.of(4, 6), "attn_pool_mlp_ratio", 2.0)))
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("cls_token", 1, 1, HIDDEN)
                .with("pos_embed", 1, 1 + PATCHES, HIDDEN)
                .norm("norm_pre", HIDDEN)
                .norm("norm", HIDDEN)
                .linear("head", 5, HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String at = "blocks." + i + ".";
            small.norm(at + "norm1", HIDDEN)
                    .norm(at + "norm2", HIDDEN)
                    .linear(at + "attn.qkv", 3 * HIDDEN, HIDDEN)
                    .linear(at + "attn.proj", HIDDEN, HIDDEN)
                    .linear(at + "mlp.fc1", MLP, HIDDEN)
                    .linear(at + "mlp.fc2", HIDDEN, MLP);
        }
        attentionPool(small, 2 * HIDDEN);
        Rotation rotation = (row, column, grid, k, size) -> {
            int quarter = size / 4;
            double place = k < quarter ? (column + 1) * 6.0 / grid.width() : (row + 1) * 4.0 / grid.height();
            return place / Math.pow(10_000, (k % quarter) / (double) quarter);
        };
        Options options = new Options(2, 8, 1e-5, NaiveMath::gelu, Norms.BEFORE, rotation);
        assertPooledByAttention(small.write(folder), IMAGE, new NaiveTimm(small, IMAGE, PATCH, options), 0);
    }

    /** DINOv3 as timm has it: the centre of each patch rotates components half a head apart; the MLP's width is aligned. */
    @Test
    void aDinov3OfTimmEqualsTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.of(
                        "vit_small_plus_patch16_dinov3", arguments(Map.of("mlp_ratio", 1.3, "qkv_bias", true)))
                .with("patch_embed.proj.bias", HIDDEN)
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("cls_token", 1, 1, HIDDEN)
                .with("reg_token", 1, 4, HIDDEN)
                .norm("norm", HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String at = "blocks." + i + ".";
            evaLayer(small, at)
                    .with(at + "gamma_1", HIDDEN)
                    .with(at + "gamma_2", HIDDEN)
                    .linear(at + "mlp.fc1_g", MLP, HIDDEN)
                    .linear(at + "mlp.fc1_x", MLP, HIDDEN);
        }
        Rotation rotation = new Rotation() {
            @Override
            public double angle(int row, int column, Size grid, int k, int size) {
                int quarter = size / 4;
                double centre = k < quarter ? (row + 0.5) / grid.height() : (column + 0.5) / grid.width();
                return 2 * Math.PI * (2 * centre - 1) / Math.pow(100, (k % quarter) / (double) quarter);
            }

            @Override
            public boolean ofNeighbours() {
                return false;
            }
        };
        Options options = new Options(2, 2, 1e-5, NaiveMath::silu, Norms.BEFORE, rotation);
        Size wide = new Size(16, 40);
        NaiveTimm naive = new NaiveTimm(small, wide, PATCH, options);
        float[] image = image(wide);
        double[][] last = naive.lastHiddenState(image);

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertThat(checkpoint.config().takesAnySize()).isTrue();
        assertClose(checkpoint, wide, image, "last_hidden_state", last);
        assertClose(checkpoint, wide, image, "pooler_output", new double[][] {naive.mean(last, 5)});
    }
}
