package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TimmCheckpoint;
import io.vitrine.graph.NaiveTimm.Norms;
import io.vitrine.graph.NaiveTimm.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C-RADIO against a naive forward pass, under the names of its original code and under those of transformers. */
final class RadioTest {
    private static final int HIDDEN = 16;
    private static final int MLP = 32;
    private static final int PREFIX = 3 + 2;
    private static final int TABLE = 5; // rows and columns
    private static final float[] MEAN = {0.5f, 0.4f, 0.3f};
    private static final float[] DEVIATION = {0.2f, 0.3f, 0.25f};

    @TempDir
    private Path folder;

    private static TimmCheckpoint checkpoint(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "model_type", "radio",
                "hidden_size", HIDDEN,
                "num_hidden_layers", 2,
                "num_attention_heads", 2,
                "mlp_ratio", 2,
                "image_size", 24,
                "patch_size", 8,
                "num_registers", 2,
                "max_img_size", 40));
        config.putAll(more);
        TimmCheckpoint small = TimmCheckpoint.withConfig(config)
                .with("patch_generator.embedder.weight", HIDDEN, 3 * 64)
                .with("patch_generator.pos_embed", 1, TABLE * TABLE, HIDDEN)
                .with("patch_generator.cls_token.token", PREFIX, HIDDEN)
                .with("input_conditioner.norm_mean", 3, 1, 1)
                .with("input_conditioner.norm_std", 3, 1, 1);
        System.arraycopy(MEAN, 0, small.values("input_conditioner.norm_mean"), 0, 3);
        System.arraycopy(DEVIATION, 0, small.values("input_conditioner.norm_std"), 0, 3);
        for (int i = 0; i < 2; i++) {
            String at = "blocks." + i + ".";
            small.norm(at + "norm1", HIDDEN)
                    .norm(at + "norm2", HIDDEN)
                    .linear(at + "attn.qkv", 3 * HIDDEN, HIDDEN)
                    .linear(at + "attn.proj", HIDDEN, HIDDEN)
                    .linear(at + "mlp.fc1", MLP, HIDDEN)
                    .linear(at + "mlp.fc2", HIDDEN, MLP);
        }
        return small;
    }

    private static String original(String name) {
        return name.startsWith("input_conditioner") ? "radio_model." + name : "radio_model.model." + name;
    }

    @ParameterizedTest
    @CsvSource({"24, 24", "40, 40", "16, 40", "56, 24"})
    void equalsTheNaiveForwardPass(int height, int width) throws IOException {
        TimmCheckpoint small = checkpoint(Map.of("summary_idxs", List.of(2, 0)));
        Checkpoint checkpoint = Checkpoint.open(small.write(folder, RadioTest::original));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertThat(checkpoint.config().takesAnySize()).isTrue();

        Size size = new Size(height, width);
        float[] image = PrintedForms.image(size);
        Options options = new Options(2, 2, 1e-6, NaiveMath::gelu, Norms.BEFORE, NaiveTimm.NO_ROTATION);
        double[][] last = new NaiveTimm(small, size, new Size(8, 8), options).run(tokens(small, size, image));
        double[][] summary = new double[1][2 * HIDDEN];
        System.arraycopy(last[2], 0, summary[0], 0, HIDDEN);
        System.arraycopy(last[0], 0, summary[0], HIDDEN, HIDDEN);
        PrintedForms.assertClose(checkpoint, size, image, "last_hidden_state", last);
        PrintedForms.assertClose(checkpoint, size, image, "pooler_output", summary);
    }

    /** Prefix tokens without positions, then patches of conditioned pixels with theirs. */
    private static double[][] tokens(TimmCheckpoint small, Size size, float[] image) {
        int rows = size.height() / 8;
        int columns = size.width() / 8;
        float[] prefix = small.values("patch_generator.cls_token.token");
        float[] kernel = small.values("patch_generator.embedder.weight");
        double[][] x = new double[PREFIX + rows * columns][HIDDEN];
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < HIDDEN; d++) {
                if (t < PREFIX) {
                    x[t][d] = prefix[t * HIDDEN + d];
                    continue;
                }
                int row = (t - PREFIX) / columns;
                int column = (t - PREFIX) % columns;
                double sum = position(small, row, column, Math.max(rows, columns), d);
                for (int i = 0; i < 3 * 64; i++) {
                    int channel = i / 64;
                    int pixel = (row * 8 + i % 64 / 8) * size.width() + column * 8 + i % 8;
                    sum += kernel[d * 192 + i] * (image[pixel * 3 + channel] - MEAN[channel]) / DEVIATION[channel];
                }
                x[t][d] = sum;
            }
        }
        return x;
    }

    /** The value of the table, stretched linearly to a square of {@code side} patches, at a row and column. */
    private static double position(TimmCheckpoint small, int row, int column, int side, int d) {
        float[] table = small.values("patch_generator.pos_embed");
        double y = Math.min(TABLE - 1, Math.max(0, (row + 0.5) * TABLE / side - 0.5));
        double x = Math.min(TABLE - 1, Math.max(0, (column + 0.5) * TABLE / side - 0.5));
        double value = 0;
        for (int i = 0; i < TABLE; i++) {
            for (int j = 0; j < TABLE; j++) {
                double weight = Math.max(0, 1 - Math.abs(y - i)) * Math.max(0, 1 - Math.abs(x - j));
                value += weight * table[(i * TABLE + j) * HIDDEN + d];
            }
        }
        return value;
    }

    /** As {@code save_pretrained} writes them; with a SwiGLU and scales, which no published model has. */
    @Test
    void theNamesOfTransformersAreRead() throws IOException {
        int width = 24; // two thirds of twice the hidden size, rounded up to a multiple of eight
        TimmCheckpoint small = checkpoint(Map.of("use_swiglu_ffn", true, "layerscale_value", 0.5));
        for (int i = 0; i < 2; i++) {
            String at = "blocks." + i + ".";
            small.with(at + "ls1.gamma", HIDDEN)
                    .with(at + "ls2.gamma", HIDDEN)
                    .linear(at + "mlp.fc1_g", width, HIDDEN)
                    .linear(at + "mlp.fc1_x", width, HIDDEN)
                    .linear(at + "mlp.fc2", HIDDEN, width)
                    .without(at + "mlp.fc1")
                    .split(at + "attn.qkv", at + "attn.q_proj", at + "attn.k_proj", at + "attn.v_proj");
        }
        Checkpoint checkpoint = Checkpoint.open(small.write(folder, RadioTest::ofTransformers));
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        Size size = new Size(24, 16);
        float[] image = PrintedForms.image(size);
        Options options = new Options(2, 2, 1e-6, NaiveMath::silu, Norms.BEFORE, NaiveTimm.NO_ROTATION);
        double[][] last = new NaiveTimm(small, size, new Size(8, 8), options).run(tokens(small, size, image));
        PrintedForms.assertClose(checkpoint, size, image, "last_hidden_state", last);
    }

    private static String ofTransformers(String name) {
        return name.replace("patch_generator.embedder", "embeddings.patch_projection")
                .replace("patch_generator.pos_embed", "embeddings.position_embedding")
                .replace("patch_generator.cls_token.token", "embeddings.cls_register_token")
                .replace("blocks.", "encoder.layer.")
                .replace("attn.proj", "attention.o_proj")
                .replace("attn.", "attention.")
                .replaceFirst("ls([12]).gamma", "layer_scale$1.lambda1")
                .replace("fc1_g", "gate_proj")
                .replace("fc1_x", "up_proj")
                .replace("fc2", "down_proj");
    }

    @Test
    void aMissingConditionerIsRefused() throws IOException {
        Path written = checkpoint(Map.of()).write(folder, name -> original(name.replace("norm_std", "norm_deviation")));
        assertThatThrownBy(() -> OnnxModel.unusedTensors(Checkpoint.open(written)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no input_conditioner.norm_std of 3 numbers");
    }
}
