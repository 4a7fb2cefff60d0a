package io.vitrine.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Safetensors;
import io.vitrine.checkpoint.ScoreFunction;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import io.vitrine.graph.OnnxModel;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.DirectInference;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scores of classifiers, against transformers' image-classification pipeline. */
final class LabelScoresTest {
    private static final Path ORACLE = Path.of("src/test/resources/oracle2");
    private static final List<String> IMAGES = List.of("photo_420.jpg", "gray.jpg", "palette.png");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"vit-multi-label, 'cat,dog,red panda,truck,none of these'", "vit-one-label, nice"})
    void scoresAreThoseOfTheReference(String name, String labels) {
        List<String> names = List.of(labels.split(",", -1));
        ModelPlan plan = ModelPlan.of(ORACLE.resolve("checkpoints").resolve(name), Optional.empty());
        float[] expected = expected(name); // (images, labels)
        List<String> columns = List.of("label", "label_score", "top_k");
        OnnxModel graph = plan.onnxModel(FeatureColumns.outputs(columns, plan.checkpoint()));
        FeatureRequest request =
                FeatureRequest.builder().columns(columns.toArray(String[]::new)).build();
        List<FeatureColumn> values = FeatureColumns.of(columns, plan.checkpoint(), graph.outputs(), request);
        try (FeatureModel model = FeatureModel.load(graph, 1);
                FeatureModel.Runner runner = model.runner(1)) {
            for (int i = 0; i < IMAGES.size(); i++) {
                byte[] image = Folders.read(Path.of("src/test/resources/oracle/images", IMAGES.get(i)));
                BatchFeatures features = DirectInference.features(runner, plan, image);
                float[] scores = Arrays.copyOfRange(expected, i * names.size(), (i + 1) * names.size());
                List<Integer> order = IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(label -> -scores[label]))
                        .toList();
                assertThat(values.get(0).value(features, 0)).isEqualTo(names.get(order.get(0)));
                assertThat((float) values.get(1).value(features, 0)).isCloseTo(scores[order.get(0)], within());
                Row[] top = (Row[]) values.get(2).value(features, 0);
                assertThat(top).hasSize(names.size());
                for (int k = 0; k < top.length; k++) {
                    assertThat(top[k].getString(0)).isEqualTo(names.get(order.get(k)));
                    assertThat(top[k].getFloat(1)).isCloseTo(scores[order.get(k)], within());
                }
            }
        }
    }

    private static Offset<Float> within() {
        return Offset.offset(1e-5f);
    }

    private static float[] expected(String name) {
        Path file = ORACLE.resolve("expected/models/" + name + "-scores.safetensors");
        for (TensorInfo tensor : Safetensors.read(file)) {
            if (tensor.name().equals("label_scores")) {
                return Weights.floats(tensor);
            }
        }
        throw new AssertionError("no label_scores in " + file);
    }

    @ParameterizedTest
    @CsvSource({
        "single_label_classification, 3, SOFTMAX",
        "single_label_classification, 1, SIGMOID", // the reference asks for the number of labels first
        "multi_label_classification, 3, SIGMOID",
        "regression, 3, NONE",
        "regression, 1, NONE",
        ", 2, SOFTMAX",
        ", 1, SIGMOID"
    })
    void theFunctionFollowsFromTheProblemAndTheLabels(String problem, int classes, ScoreFunction function)
            throws IOException {
        assertThat(ScoreFunction.of(checkpoint(problem), classes)).isEqualTo(function);
    }

    @Test
    void anUnknownProblemIsRefused() throws IOException {
        Checkpoint checkpoint = checkpoint("ranking");
        assertThatThrownBy(() -> ScoreFunction.of(checkpoint, 3))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("problem_type is \"ranking\" in ")
                .hasMessageContaining("leave label_score and top_k out");
    }

    private Checkpoint checkpoint(String problem) throws IOException {
        Map<String, Object> fields = problem == null ? Map.of() : Map.of("problem_type", problem);
        return Checkpoint.open(SmallCheckpoint.of("vit", fields).write(folder));
    }

    @Test
    void valuesOfARegressionAreNotPressedIntoAProbability() {
        assertThat(ScoreFunction.NONE.apply(new float[] {7.5f, -2})).containsExactly(7.5f, -2);
        assertThat(ScoreFunction.SIGMOID.apply(new float[] {0, 200, -200})).containsExactly(0.5f, 1, 0);
        assertThat(ScoreFunction.SOFTMAX.apply(new float[] {1000, 1000})).containsExactly(0.5f, 0.5f);
    }
}
