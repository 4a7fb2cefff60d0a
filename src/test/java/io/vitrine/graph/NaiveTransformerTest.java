package io.vitrine.graph;

import static io.vitrine.graph.PrintedForms.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Printed models against {@link NaiveTransformer}: ViT, and the families and image sizes that the oracle lacks. */
final class NaiveTransformerTest {
    private static final Size TRAINED = new Size(SmallCheckpoint.SIDE, SmallCheckpoint.SIDE);
    private static final Map<String, Object> GATED = Map.of("num_register_tokens", 4, "use_gated_mlp", true);

    @TempDir
    private Path folder;

    static Stream<Arguments> families() {
        Size wide = new Size(32, 48);
        return Stream.of(
                Arguments.of("vit", Map.of(), TRAINED, 10),
                Arguments.of("vit_msn", Map.of(), TRAINED, 10),
                Arguments.of("vit_mae", Map.of(), TRAINED, 10),
                Arguments.of("ijepa", Map.of(), TRAINED, 9),
                Arguments.of("beit", Map.of(), TRAINED, 10),
                Arguments.of("data2vec-vision", Map.of(), TRAINED, 10),
                Arguments.of("data2vec-vision", Map.of(), new Size(16, 16), 5),
                Arguments.of("beit", Map.of(), wide, 25), // relative positions interpolated
                Arguments.of("dinov3_vit", Map.of(), TRAINED, 10),
                Arguments.of("dinov3_vit", GATED, wide, 29),
                Arguments.of("dinov3_vit", Map.of("num_register_tokens", 1, "rope_theta", 30.0), TRAINED, 11));
    }

    @ParameterizedTest
    @MethodSource("families")
    void lastHiddenStateEqualsTheNaiveForwardPass(String modelType, Map<String, Object> fields, Size size, int tokens)
            throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(modelType, fields);
        ModelPlan plan = ModelPlan.of(small.write(folder), Optional.of(size).filter(other -> !other.equals(TRAINED)));
        Checkpoint checkpoint = plan.checkpoint();
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertThat(checkpoint.hasPooler()) // no pooler is invented
                .isEqualTo(!List.of("vit_msn", "vit_mae", "ijepa").contains(modelType));

        float[] image = image(size);
        double[][] expected = new NaiveTransformer(small, size).lastHiddenState(image);
        assertThat(expected).hasNumberOfRows(tokens);
        assertClose(run(plan, HeadMask.NONE, image, "last_hidden_state"), expected);
    }

    static Stream<Arguments> heads() {
        Map<String, Object> biases =
                Map.of("query_bias", false, "key_bias", true, "mlp_bias", false, "proj_bias", false);
        return Stream.of(
                Arguments.of("vit", Map.of(), TRAINED, List.of("pooler_output", "logits", "mean")),
                Arguments.of("vit_msn", Map.of(), TRAINED, List.of("logits", "mean")),
                Arguments.of("ijepa", Map.of(), TRAINED, List.of("logits", "mean")),
                Arguments.of("data2vec-vision", Map.of(), TRAINED, List.of("pooler_output", "logits", "mean")),
                Arguments.of("beit", Map.of(), new Size(32, 16), List.of("pooler_output", "logits", "mean")),
                Arguments.of("dinov3_vit", GATED, TRAINED, List.of("pooler_output", "mean")),
                Arguments.of("dinov3_vit", biases, TRAINED, List.of("pooler_output", "mean")),
                Arguments.of(
                        "dinov3_vit",
                        Map.of("use_gated_mlp", true, "hidden_act", "silu"),
                        TRAINED,
                        List.of("pooler_output", "mean")));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void poolersAndHeadsEqualTheNaiveForwardPass(
            String modelType, Map<String, Object> fields, Size size, List<String> outputs) throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(modelType, fields);
        if (outputs.contains("logits")) {
            small.with("classifier.weight", 5, SmallCheckpoint.HIDDEN).with("classifier.bias", 5);
        }
        ModelPlan plan = ModelPlan.of(small.write(folder), Optional.of(size).filter(other -> !other.equals(TRAINED)));
        assertThat(OnnxModel.unusedTensors(plan.checkpoint())).isEmpty();
        float[] image = image(size);
        for (String output : outputs) {
            double[][] expected = {new NaiveTransformer(small, size).vector(image, output)};
            assertClose(run(plan, HeadMask.NONE, image, output), expected);
        }
    }

    @Test
    void aHeadMaskScalesTheAttentionWeightsOfItsHead() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        ModelPlan plan = ModelPlan.of(small.write(folder), Optional.empty());
        double[][] mask = {{1, 0.25}, {0, 1}};
        NaiveTransformer naive = new NaiveTransformer(small, TRAINED, mask);
        float[] image = image(TRAINED);
        double[][] expected = naive.lastHiddenState(image);

        HeadMask masked = new HeadMask(List.of(List.of(1f, 0.25f), List.of(0f, 1f)));
        assertClose(run(plan, masked, image, "last_hidden_state"), expected);
        float[] weights = run(plan, masked, image, "attentions.1");
        for (int h = 0; h < 2; h++) {
            for (int t = 0; t < 10; t++) {
                for (int s = 0; s < 10; s++) {
                    assertThat((double) weights[(h * 10 + t) * 10 + s])
                            .isCloseTo(naive.attentions[1][h][t][s], Offset.offset(1e-5));
                }
            }
        }
        assertClose(run(plan, masked, image, "hidden_states.1"), naive.hiddenStates.get(1));
    }

    private static float[] image(Size size) {
        Random random = new Random(6);
        float[] image = new float[3 * size.height() * size.width()];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextInt(256);
        }
        return image;
    }

    private static float[] run(ModelPlan plan, HeadMask mask, float[] image, String output) {
        OnnxModel onnx = OnnxModel.print(plan.request(List.of(output)).withHeadMask(mask));
        try (FeatureModel model = FeatureModel.load(onnx, 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch()
                    .add(onnx.signature().input() == PixelInput.UINT8 ? uint8(image) : SmallCheckpoint.bytes(image));
            BatchFeatures features = runner.run();
            return features.floats(output, 0);
        }
    }

    private static byte[] uint8(float[] image) {
        byte[] bytes = new byte[image.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) image[i];
        }
        return bytes;
    }
}
