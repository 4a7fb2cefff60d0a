package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints with the tensor names of transformers 5. */
final class TransformersFiveNamesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"vit", "beit", "ijepa", "dinov2", "dinov3_vit"})
    void giveTheFeaturesOfThePublishedNames(String modelType) throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(modelType, Map.of());
        float[] expected = features(small.write(folder.resolve("published")));
        if (modelType.equals("dinov2")) {
            for (int i = 0; i < SmallCheckpoint.LAYERS; i++) {
                String at = "encoder.layer." + i + ".mlp.";
                for (String part : List.of(".weight", ".bias")) {
                    small.split(at + "weights_in" + part, at + "gate_proj" + part, at + "up_proj" + part);
                }
            }
        }
        Path renamed = small.write(folder.resolve("renamed"), name -> transformersFiveName(modelType, name));
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(renamed))).isEmpty();
        assertThat(features(renamed)).containsExactly(expected, offset(1e-6f));
    }

    @Test
    void aTensorUnderBothNamesIsRejected() throws IOException {
        SmallCheckpoint small =
                SmallCheckpoint.of("vit", Map.of()).with("layers.0.layernorm_before.weight", SmallCheckpoint.HIDDEN);
        assertThatThrownBy(() -> Checkpoint.open(small.write(folder)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("layernorm_before.weight")
                .hasMessageContaining("is there under another name too");
    }

    private static String transformersFiveName(String modelType, String name) {
        if (modelType.equals("dinov3_vit")) {
            return name.replaceFirst("^layer\\.", "model.layer.");
        }
        String renamed = name.replace("attention.output.dense", "attention.o_proj")
                .replace("attention.attention.query", "attention.q_proj")
                .replace("attention.attention.key", "attention.k_proj")
                .replace("attention.attention.value", "attention.v_proj")
                .replace("attention.attention.relative_position_bias", "relative_position_bias")
                .replace("encoder.relative_position_bias", "shared_position_bias")
                .replace("mlp.weights_out", "mlp.down_proj")
                .replace("intermediate.dense", "mlp.fc1");
        return modelType.equals("dinov2")
                ? renamed
                : renamed.replaceFirst("([0-9])\\.output\\.dense", "$1.mlp.fc2").replace("encoder.layer.", "layers.");
    }

    private static float[] features(Path folder) {
        ModelPlan plan = ModelPlan.of(folder, Optional.empty());
        OnnxModel onnx = plan.onnxModel(List.of("last_hidden_state"));
        byte[] image = new byte[onnx.signature().input().imageBytes(plan.imageSize())];
        if (onnx.signature().input() == PixelInput.UINT8) {
            new Random(4).nextBytes(image);
        }
        try (FeatureModel model = FeatureModel.load(onnx, 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(image);
            return runner.run().floats("last_hidden_state", 0);
        }
    }
}
