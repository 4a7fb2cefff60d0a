package io.vitrine.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OutputType;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.HeadMaskParser;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each column makes of the model's answer, and what a run asks the model for. */
final class FeatureColumnsTest {
    private static final MatrixEncoding BINARY = MatrixEncoding.BINARY_FLOAT32;

    @TempDir
    private Path folder;

    private ModelPlan plan;

    @BeforeEach
    void write() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(
                        "vit", Map.of("id2label", Map.of("0", "cat", "1", "dog", "2", "bird")))
                .with("classifier.weight", 5, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 5);
        plan = ModelPlan.of(small.write(folder), Optional.empty());
    }

    private List<Object> values(FeatureRequest request) {
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
        return FeatureRequest.builder().columns(columns).encoding(BINARY);
    }

    private List<FeatureColumn> columns(FeatureRequest request, OnnxModel graph) {
        return FeatureColumns.of(request.columns(), plan.checkpoint(), graph.outputs(), request);
    }

    @Test
    void allLayersAreTheSingleOnesBehindEachOther() {
        for (MatrixEncoding encoding : MatrixEncoding.values()) {
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
        List<String> both = List.of("hidden_states", "attentions");
        OnnxModel graph = plan.onnxModel(FeatureColumns.outputs(both, plan.checkpoint()));
        List<FeatureColumn> columns = columns(request(both).build(), graph);
        assertThat(shape(columns.get(0))).containsExactly(3, 10, 16);
        assertThat(shape(columns.get(1))).containsExactly(2, 2, 10, 10);
    }

    @Test
    void aClassifierNamesWhatItSees() {
        FeatureRequest request = request(List.of("logits", "label", "label_score", "top_k"))
                .topK(9)
                .build();
        List<Object> values = values(request);
        float[] logits = (float[]) values.get(0);
        double sum = IntStream.range(0, 5).mapToDouble(i -> Math.exp(logits[i])).sum();
        List<Integer> order = IntStream.range(0, 5)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logits[i]))
                .toList();
        List<String> names = List.of("cat", "dog", "bird", "LABEL_3", "LABEL_4");
        assertThat(values.get(1)).isEqualTo(names.get(order.get(0)));
        assertThat((double) (float) values.get(2)).isCloseTo(Math.exp(logits[order.get(0)]) / sum, Offset.offset(1e-6));
        Row[] best = (Row[]) values.get(3);
        assertThat(best).hasSize(5); // never more than there are classes
        for (int i = 0; i < 5; i++) {
            assertThat(best[i].getString(0)).isEqualTo(names.get(order.get(i)));
            assertThat((double) best[i].getFloat(1))
                    .isCloseTo(Math.exp(logits[order.get(i)]) / sum, Offset.offset(1e-6));
        }
        Row[] two = (Row[]) values(request(List.of("top_k")).topK(2).build()).get(0);
        assertThat(two).containsExactly(best[0], best[1]);
    }

    @Test
    void vectorsAreNormalisedAndNothingElse() {
        List<String> names = List.of("cls", "mean", "pooler_output", "logits", "last_hidden_state");
        List<Object> plain = values(request(names).build());
        List<Object> normal = values(request(names).norm(FeatureRequest.Norm.L2).build());
        for (int i = 0; i < 3; i++) {
            float[] from = (float[]) plain.get(i);
            float[] to = (float[]) normal.get(i);
            double norm = 0;
            for (float value : from) {
                norm += (double) value * value;
            }
            for (int d = 0; d < from.length; d++) {
                assertThat((double) to[d]).isCloseTo(from[d] / Math.sqrt(norm), Offset.offset(1e-6));
            }
        }
        assertThat(normal.get(3)).isEqualTo(plain.get(3));
        assertThat(normal.get(4)).isEqualTo(plain.get(4));
        assertThatThrownBy(() -> values(
                        request(List.of("logits")).norm(FeatureRequest.Norm.L2).build()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("--normalize is for vectors");
    }

    @Test
    void onlyWhatIsAskedForIsComputed() {
        assertThat(FeatureColumns.outputs(List.of("label", "top_k", "label_score"), plan.checkpoint()))
                .containsExactly("logits");
        OnnxModel first = plan.onnxModel(List.of("hidden_states.0"));
        OnnxModel all = plan.onnxModel(List.of("last_hidden_state"));
        assertThat(first.weights()).doesNotContainKey("pooler.dense.weight").doesNotContainKey("classifier.weight");
        assertThat(all.weights()).doesNotContainKey("pooler.dense.weight").doesNotContainKey("classifier.weight");
    }

    @Test
    void columnsThatTheCheckpointLacksAreRefused() {
        assertThatThrownBy(() -> plan.onnxModel(List.of("hidden_states.3")))
                .hasMessageContaining("has no hidden_states.3 (it has 2 layers)");
        assertThatThrownBy(() -> plan.onnxModel(List.of("embedding")))
                .hasMessageContaining("has no embedding: no output has this name. Available: last_hidden_state,");
    }

    @Test
    void aHeadMaskFitsTheModel() throws IOException {
        var config = plan.checkpoint().config();
        HeadMask whole = HeadMaskParser.parse("[[1, 0], [0.5, 1]]", config);
        assertThat(whole.layers()).containsExactly(List.of(1f, 0f), List.of(0.5f, 1f));
        assertThat(HeadMaskParser.parse("[0, 1]", config).layers()).containsExactly(List.of(0f, 1f), List.of(0f, 1f));
        Path file = java.nio.file.Files.writeString(folder.resolve("mask.json"), "[[1, 0], [0.5, 1]]");
        assertThat(HeadMaskParser.parse(file.toString(), config)).isEqualTo(whole);
        for (String wrong :
                List.of("[[1, 0]]", "[1, 0, 1]", "[[1, 0], [1]]", "[[1, 0], [1, \"a\"]]", "[]", "[{}, {}]")) {
            assertThatThrownBy(() -> HeadMaskParser.parse(wrong, config))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("does not fit the model: 2 layers of 2 heads");
        }
        assertThatThrownBy(() -> HeadMaskParser.parse("[1, ", config)).hasMessageContaining("is not JSON");
        assertThatThrownBy(() -> HeadMaskParser.parse("nowhere.json", config))
                .hasMessageContaining("Cannot read the head mask");
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
