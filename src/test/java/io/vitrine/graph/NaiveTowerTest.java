package io.vitrine.graph;

import static io.vitrine.graph.PrintedForms.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Printed towers against {@link NaiveTower}. */
final class NaiveTowerTest {
    @TempDir
    private Path folder;

    static Stream<Arguments> families() {
        return Stream.of(
                Arguments.of("clip_vision_model", Map.of(), 10),
                Arguments.of("mlcd_vision_model", Map.of(), 10),
                Arguments.of("siglip_vision_model", Map.of(), 9),
                Arguments.of("aimv2_vision_model", Map.of(), 9),
                Arguments.of("pixio", Map.of("n_cls_tokens", 3, "mlp_ratio", 1.5), 12));
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyOutputEqualsTheNaiveForwardPass(String modelType, Map<String, Object> fields, int tokens)
            throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(modelType, fields);
        ModelPlan plan = ModelPlan.of(small.write(folder), Optional.empty());
        assertThat(OnnxModel.unusedTensors(plan.checkpoint())).isEmpty();

        float[] image = image();
        double[][] last = new NaiveTower(small).lastHiddenState(image);
        assertThat(last).hasNumberOfRows(tokens);
        double[][] pooled = {new NaiveTower(small).pooled(image)};
        assertClose(run(plan, image, "last_hidden_state"), last);
        assertClose(run(plan, image, "pooler_output"), pooled);
    }

    private static float[] image() {
        Random random = new Random(6);
        float[] image = new float[3 * SmallCheckpoint.SIDE * SmallCheckpoint.SIDE];
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextInt(256);
        }
        return image;
    }

    private static float[] run(ModelPlan plan, float[] image, String output) {
        byte[] bytes = new byte[image.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) image[i];
        }
        try (FeatureModel model = FeatureModel.load(OnnxModel.print(plan.request(List.of(output))), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(bytes);
            BatchFeatures features = runner.run();
            return features.floats(output, 0);
        }
    }
}
