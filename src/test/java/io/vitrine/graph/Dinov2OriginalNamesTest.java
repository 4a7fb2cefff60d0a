package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TimmCheckpoint;
import io.vitrine.graph.NaiveTimm.Norms;
import io.vitrine.graph.NaiveTimm.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * DINOv2's files for torch.hub, beside a config.json of transformers. Their names are those of timm but for the SwiGLU's, and the
 * models are the same.
 */
final class Dinov2OriginalNamesTest {
    private static final int HIDDEN = 16;
    private static final int WIDTH = 24; // two thirds of twice the hidden size, rounded up to a multiple of eight

    @TempDir
    private Path folder;

    @Test
    void giveTheFeaturesOfTheNaiveForwardPass() throws IOException {
        TimmCheckpoint small = TimmCheckpoint.withConfig(Map.of(
                        "model_type", "dinov2",
                        "hidden_size", HIDDEN,
                        "num_hidden_layers", 2,
                        "num_attention_heads", 2,
                        "mlp_ratio", 2,
                        "use_swiglu_ffn", true,
                        "image_size", 24,
                        "patch_size", 8))
                .with("mask_token", 1, HIDDEN)
                .with("cls_token", 1, 1, HIDDEN)
                .with("pos_embed", 1, 1 + 9, HIDDEN)
                .with("patch_embed.proj.weight", HIDDEN, 3, 8, 8)
                .with("patch_embed.proj.bias", HIDDEN)
                .norm("norm", HIDDEN);
        for (int i = 0; i < 2; i++) {
            String at = "blocks." + i + ".";
            small.norm(at + "norm1", HIDDEN)
                    .norm(at + "norm2", HIDDEN)
                    .linear(at + "attn.qkv", 3 * HIDDEN, HIDDEN)
                    .linear(at + "attn.proj", HIDDEN, HIDDEN)
                    .with(at + "ls1.gamma", HIDDEN)
                    .with(at + "ls2.gamma", HIDDEN)
                    .linear(at + "mlp.fc1", 2 * WIDTH, HIDDEN)
                    .linear(at + "mlp.fc2", HIDDEN, WIDTH);
        }
        Path written =
                small.write(folder, name -> name.replace(".mlp.fc1", ".mlp.w12").replace(".mlp.fc2", ".mlp.w3"));
        Size size = new Size(24, 24);
        float[] image = PrintedForms.image(size);
        Options options = new Options(2, 2, 1e-6, NaiveMath::silu, Norms.BEFORE, NaiveTimm.NO_ROTATION);
        double[][] last = new NaiveTimm(small, size, new Size(8, 8), options).lastHiddenState(image);

        Checkpoint checkpoint = Checkpoint.open(written);
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        PrintedForms.assertClose(checkpoint, size, image, "last_hidden_state", last);
    }
}
