package io.vitrine.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OutputType;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of a classifier with five classes: their values for one image, and the model outputs that they need. */
final class FeatureColumnsTest {
    private static final List<String> LABELS = List.of("cat", "dog", "bird", "LABEL_3", "LABEL_4");

    @TempDir
    private static Path folder;

    private static ModelPlan plan;

    @BeforeAll
    static void write() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(
                        "vit", Map.of("id2label", Map.of("0", "cat", "1", "dog", "2", "bird")))
                .with("classifier.weight", 5, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 5);
        plan = ModelPlan.of(small.write(folder), Optional.empty());
    }

    private static List<Object> values(FeatureRequest request) {
        List<String> outputs = FeatureColumns.outputs(request.columns(), plan.checkpoint());
        OnnxModel graph = OnnxModel.print(plan.request(outputs)
                .withMatrixType(request.encoding().isHalf() ? OutputType.FLOAT16 : OutputType.FLOAT32));
        byte[] image = new byte[graph.signature().input().imageBytes(plan.imageSize())];
        new Random(3).nextBytes(image);
        try (FeatureModel model = FeatureModel.load(graph, 1);
                FeatureModel.Runner runner = model.runner(2)) {
            runner.batch().add(new byte[image.length]);
            runner.batch().add(image);
            BatchFeatures features = runner.run();
            List<Object> values = new ArrayList<>();
            columns(request, graph).forEach(column -> values.add(column.value(features, 1)));
            return values;
        }
    }

    private static FeatureRequest.Builder request(List<String> columns) {
        return FeatureRequest.builder().columns(columns);
    }

    private static List<FeatureColumn> columns(FeatureRequest request, OnnxModel graph) {
        return FeatureColumns.of(request.columns(), plan.checkpoint(), graph.outputs(), request);
    }

    @ParameterizedTest
    @EnumSource
    void allLayersAreTheSingleLayersInOrder(MatrixEncoding encoding) {
        List<Object> values = values(request(List.of(
                        "hidden_states",
                        "hidden_states.0",
                        "hidden_states.1",
                        "hidden_states.2",
                        "attentions",
                        "attentions.0",
                        "attentions.1"))
                .encoding(encoding)
                .build());
        assertThat(bytes(values.get(0))).isEqualTo(bytes(values.get(1), values.get(2), values.get(3)));
        assertThat(bytes(values.get(4))).isEqualTo(bytes(values.get(5), values.get(6)));
    }

    @Test
    void allLayersHaveADimensionOfLayers() {
        List<String> both = List.of("hidden_states", "attentions");
        OnnxModel graph = plan.onnxModel(FeatureColumns.outputs(both, plan.checkpoint()));
        List<FeatureColumn> columns = columns(request(both).build(), graph);
        assertThat(shape(columns.get(0))).containsExactly(3, 10, 16);
        assertThat(shape(columns.get(1))).containsExactly(2, 2, 10, 10);
    }

    @Test
    void theLabelIsTheClassOfTheLargestLogit() {
        List<Object> values =
                values(request(List.of("logits", "label", "label_score")).build());
        float[] logits = (float[]) values.get(0);
        int best = byDecreasingLogit(logits).get(0);
        assertThat(values.get(1)).isEqualTo(LABELS.get(best));
        assertThat((double) (float) values.get(2)).isCloseTo(probability(logits, best), Offset.offset(1e-6));
    }

    @Test
    void theTopClassesAreSortedAndNeverMoreThanThereAre() {
        List<Object> values = values(request(List.of("logits", "top_k")).topK(9).build());
        float[] logits = (float[]) values.get(0);
        List<Integer> order = byDecreasingLogit(logits);
        Row[] top = (Row[]) values.get(1);
        assertThat(top).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(top[i].getString(0)).isEqualTo(LABELS.get(order.get(i)));
            assertThat((double) top[i].getFloat(1)).isCloseTo(probability(logits, order.get(i)), Offset.offset(1e-6));
        }
    }

    @Test
    void fewerTopClassesAreTheFirstOfAll() {
        Row[] all = (Row[]) values(request(List.of("top_k")).topK(9).build()).get(0);
        Row[] two = (Row[]) values(request(List.of("top_k")).topK(2).build()).get(0);
        assertThat(two).containsExactly(all[0], all[1]);
    }

    private static List<Integer> byDecreasingLogit(float[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logits[i]))
                .toList();
    }

    private static double probability(float[] logits, int index) {
        double sum = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i]))
                .sum();
        return Math.exp(logits[index]) / sum;
    }

    /** The value of {@code column}, requested with a vector that {@code norm} applies to. */
    private static Object value(String column, FeatureRequest.Norm norm) {
        List<String> columns = column.equals("mean") ? List.of(column) : List.of("mean", column);
        List<Object> values = values(request(columns).norm(norm).build());
        return values.get(values.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cls", "mean", "pooler_output"})
    void aVectorIsDividedByItsNorm(String column) {
        float[] plain = (float[]) value(column, FeatureRequest.Norm.NONE);
        float[] normalized = (float[]) value(column, FeatureRequest.Norm.L2);
        double squares = 0;
        for (float value : plain) {
            squares += (double) value * value;
        }
        for (int d = 0; d < plain.length; d++) {
            assertThat((double) normalized[d]).isCloseTo(plain[d] / Math.sqrt(squares), Offset.offset(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"logits", "last_hidden_state"})
    void onlyVectorsAreNormalized(String column) {
        assertThat(value(column, FeatureRequest.Norm.L2)).isEqualTo(value(column, FeatureRequest.Norm.NONE));
    }

    @Test
    void aNormWithoutAnyVectorIsRefused() {
        FeatureRequest request =
                request(List.of("logits")).norm(FeatureRequest.Norm.L2).build();
        assertThatThrownBy(() -> values(request))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("--normalize is for vectors");
    }

    @Test
    void allColumnsOfAClassifierNeedItsLogits() {
        assertThat(FeatureColumns.outputs(List.of("label", "top_k", "label_score"), plan.checkpoint()))
                .containsExactly("logits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hidden_states.0", "last_hidden_state"})
    void hiddenStatesNeedNeitherPoolerNorClassifier(String column) {
        assertThat(plan.onnxModel(List.of(column)).weights())
                .doesNotContainKey("pooler.dense.weight")
                .doesNotContainKey("classifier.weight");
    }

    @ParameterizedTest
    @CsvSource({
        "hidden_states.3, has no hidden_states.3 (it has 2 layers)",
        "embedding, 'has no embedding: no output has this name. Available: last_hidden_state,'"
    })
    void columnsThatTheCheckpointLacksAreRefused(String column, String message) {
        assertThatThrownBy(() -> plan.onnxModel(List.of(column))).hasMessageContaining(message);
    }

    private static List<Integer> shape(FeatureColumn column) {
        StructField field = column.field();
        List<Integer> shape = new ArrayList<>();
        for (long size : field.metadata().getLongArray("shape")) {
            shape.add((int) size);
        }
        return shape;
    }

    private static byte[] bytes(Object... values) {
        int length = 0;
        for (Object value : values) {
            length += value instanceof byte[] bytes ? bytes.length : 4 * ((float[]) value).length;
        }
        ByteBuffer all = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (Object value : values) {
            all.put(value instanceof byte[] bytes ? bytes : SmallCheckpoint.bytes((float[]) value));
        }
        return all.array();
    }
}
