package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.TimmCheckpoint;
import io.vitrine.graph.NaiveTimm.Norms;
import io.vitrine.graph.NaiveTimm.Options;
import io.vitrine.graph.NaiveTimm.Rotation;
import io.vitrine.inference.FeatureModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Printed models against {@link NaiveTimm}: combinations of timm's parts, some of which no published model has. */
final class NaiveTimmTest {
    private static final int HIDDEN = 16;
    private static final int MLP = 24;
    private static final int LAYERS = 2;
    private static final Size PATCH = new Size(8, 8);
    private static final Size IMAGE = new Size(16, 24);
    private static final int PATCHES = 6;

    @TempDir
    private Path folder;

    private static Map<String, Object> arguments(Map<String, Object> more) {
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
        NaiveTimm naive = new NaiveTimm(small, IMAGE, PATCH, options);
        float[] image = image(IMAGE);
        double[][] last = naive.lastHiddenState(image);
        double[] pooled = naive.attentionPooled(last, 4);

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertClose(checkpoint, IMAGE, image, "last_hidden_state", last);
        assertClose(checkpoint, IMAGE, image, "pooler_output", new double[][] {pooled});
        assertClose(checkpoint, IMAGE, image, "logits", new double[][] {naive.classified(pooled)});
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
        Options options = new Options(2, 2, 1e-6, NaiveTimm::silu, Norms.BEFORE, NaiveTimm.NO_ROTATION);
        NaiveTimm naive = new NaiveTimm(small, IMAGE, PATCH, options);
        float[] image = image(IMAGE);
        double[][] last = naive.lastHiddenState(image);

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertThat(ModelOutputs.summaryOutputs(checkpoint)).doesNotContain("cls", "logits");
        assertClose(checkpoint, IMAGE, image, "last_hidden_state", last);
        assertClose(checkpoint, IMAGE, image, "pooler_output", new double[][] {naive.mean(last, 2)});
    }

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
        Options options = new Options(2, 2, 1e-6, NaiveTimm::gelu, Norms.BEHIND, NaiveTimm.NO_ROTATION);
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
        Options options = new Options(2, 2, 1e-6, NaiveTimm::silu, Norms.BEFORE, NaiveTimmTest::eva02);
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
        Options options = new Options(2, 2, 1e-6, NaiveTimm::silu, Norms.BEFORE, NaiveTimmTest::eva02);
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
        return TorchScript.print(request(checkpoint, IMAGE, output)).source();
    }

    /** Rows first, counted from zero, in units of a grid of 5 x 4. */
    private static double eva02(int row, int column, Size grid, int k, int size) {
        int quarter = size / 4;
        double place = k < quarter ? row * 5.0 / grid.height() : column * 4.0 / grid.width();
        return place / Math.pow(10_000, (k % quarter) / (double) quarter);
    }

    private static void eva02Layers(TimmCheckpoint small) {
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
        Options options = new Options(2, 8, 1e-5, NaiveTimm::gelu, Norms.BEFORE, rotation);
        NaiveTimm naive = new NaiveTimm(small, IMAGE, PATCH, options);
        float[] image = image(IMAGE);
        double[][] last = naive.lastHiddenState(image);
        double[] pooled = naive.attentionPooled(last, 0);

        Checkpoint checkpoint = Checkpoint.open(small.write(folder));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertClose(checkpoint, IMAGE, image, "last_hidden_state", last);
        assertClose(checkpoint, IMAGE, image, "pooler_output", new double[][] {pooled});
        assertClose(checkpoint, IMAGE, image, "logits", new double[][] {naive.classified(pooled)});
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
        Options options = new Options(2, 2, 1e-5, NaiveTimm::silu, Norms.BEFORE, rotation);
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

    private static TimmCheckpoint evaLayer(TimmCheckpoint small, String at) {
        return small.norm(at + "norm1", HIDDEN)
                .norm(at + "norm2", HIDDEN)
                .with(at + "attn.qkv.weight", 3 * HIDDEN, HIDDEN)
                .with(at + "attn.q_bias", HIDDEN)
                .with(at + "attn.v_bias", HIDDEN)
                .linear(at + "attn.proj", HIDDEN, HIDDEN)
                .linear(at + "mlp.fc2", HIDDEN, MLP);
    }

    private static void attentionPool(TimmCheckpoint small, int width) {
        small.with("attn_pool.latent", 1, 1, HIDDEN)
                .linear("attn_pool.q", HIDDEN, HIDDEN)
                .linear("attn_pool.kv", 2 * HIDDEN, HIDDEN)
                .linear("attn_pool.proj", HIDDEN, HIDDEN)
                .norm("attn_pool.norm", HIDDEN)
                .linear("attn_pool.mlp.fc1", width, HIDDEN)
                .linear("attn_pool.mlp.fc2", HIDDEN, width);
    }

    static float[] image(Size size) {
        Random random = new Random(6);
        float[] image = new float[3 * size.height() * size.width()];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat() - 0.5f;
        }
        return image;
    }

    private static GraphRequest request(Checkpoint checkpoint, Size size, String output) {
        Normalization none = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        return new GraphRequest(checkpoint, size, PixelInput.FLOAT32, none, List.of(output));
    }

    /** Runs the plain graph, the one for GPUs, and the module for PyTorch. */
    static void assertClose(Checkpoint checkpoint, Size size, float[] image, String output, double[][] expected)
            throws IOException {
        GraphRequest request = request(checkpoint, size, output);
        for (OnnxTarget target : OnnxTarget.values()) {
            try (FeatureModel model = FeatureModel.load(OnnxModel.print(request, target), 1)) {
                assertClose(features(model, image, output), expected);
            }
        }
        TorchScript script = TorchScript.print(request);
        Path file = Files.createTempFile("timm", ".pt");
        try {
            script.write(file);
            try (FeatureModel model = FeatureModel.load(file, script.signature(), 1)) {
                assertClose(features(model, image, output), expected);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static float[] features(FeatureModel model, float[] image, String output) {
        try (FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(SmallCheckpoint.bytes(image));
            return runner.run().floats(output, 0);
        }
    }

    private static void assertClose(float[] actual, double[][] expected) {
        int width = expected[0].length;
        assertThat(actual).hasSize(expected.length * width);
        for (int t = 0; t < expected.length; t++) {
            for (int d = 0; d < width; d++) {
                assertThat((double) actual[t * width + d]).isCloseTo(expected[t][d], Offset.offset(5e-5));
            }
        }
    }
}
