package io.vitrine.probe;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.job.Extract;
import io.vitrine.job.request.InputRequest;
import io.vitrine.ml.VitFeatureExtractor;
import io.vitrine.report.ProbeRecord;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.vectors.CurrentVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A linear probe on the features of the demo pictures: ten classes of six pictures. */
final class ProbeIT {
    private static final Path PICTURES = Path.of("demo/pictures").toAbsolutePath();
    private static final double BAR = 0.8;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static SparkSession spark;
    private static Path features;

    @BeforeAll
    static void extract() throws IOException {
        spark = LocalSpark.session();
        List<String> lines = new ArrayList<>(List.of("path,shape,partial,same"));
        for (Path file : Folders.filesBelow(PICTURES)) {
            String shape = file.getParent().getFileName().toString();
            String partial = shape.equals("arrow") ? "" : file.endsWith("ring-1.jpg") ? "<b>lonely</b>" : shape;
            lines.add(file + "," + shape + "," + partial + ",x");
        }
        Path list = Files.write(shared.resolve("list.csv"), lines);
        features = shared.resolve("features");
        Extract.run(
                spark,
                ExtractRequests.builder(shared)
                        .input(new InputRequest.PathList(list.toString(), "path"))
                        .columns("pooler_output", "cls")
                        .output(features.toString())
                        .build());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private ProbeRequest.Builder request(String column, String labels) {
        return ProbeRequest.builder(features.toString(), column, labels, folder + "/probe")
                .cache(shared.resolve("cache"));
    }

    private static ProbeRecord run(ProbeRequest request) {
        return new Probe(spark, request).run(line -> {});
    }

    private PipelineModel load() {
        return PipelineModel.load(folder + "/probe/pipeline");
    }

    private static Dataset<Row> pictures() {
        return spark.read().format("binaryFile").load(PICTURES + "/*/*").coalesce(2);
    }

    /** Two pictures of each class are held out: twenty. */
    @Test
    void heldOutPicturesAreToldRight() throws IOException {
        ProbeRecord record = run(request("pooler_output", "shape").holdout(0.3).build());
        assertThat(record.split()).isEqualTo(new ProbeRecord.Split(0.3, 0, 30, 10, 20));
        assertThat(record.heldOut().measured()).isEqualTo(20);
        assertThat(record.heldOut().top1Accuracy()).isGreaterThan(BAR);
        assertThat(record.classes()).hasSize(10).allMatch(each -> each.images() == 2);
        assertThat(record.training().trials()).hasSize(4).allMatch(trial -> trial.images() == 10);
        JsonNode json = JsonFile.read(folder.resolve("probe/probe.json"));
        assertThat(json.path("held_out").path("top1_accuracy").asDouble())
                .isEqualTo(record.heldOut().top1Accuracy());
        assertThat(Files.readString(folder.resolve("probe/report.html")))
                .contains("Linear probe on pooler_output", "30 images trained, 10 more chose the penalty");
    }

    @Test
    void aSavedPipelineGivesTheSameVectorsAndPredictions() throws IOException {
        ProbeRecord record = run(request("cls", "shape")
                .regularization(List.of(0.01))
                .holdout(0.3)
                .build());
        Map<String, float[]> written = written();
        PipelineModel pipeline = load();
        LogisticRegressionModel model = (LogisticRegressionModel) pipeline.stages()[3];
        List<String> names = Arrays.asList(((StringIndexerModel) pipeline.stages()[2]).labelsArray()[0]);
        int right = 0;
        List<Row> rows = pipeline.transform(pictures()).collectAsList();
        assertThat(rows).hasSize(60);
        for (Row row : rows) {
            Vector vector = row.getAs("features");
            float[] expected = written.get(row.<String>getAs("path"));
            assertThat(bits(vector)).isEqualTo(bits(expected));
            double index = model.predict(vector);
            assertThat(row.<Double>getAs("prediction")).isEqualTo(index);
            assertThat(row.<String>getAs("predicted_label")).isEqualTo(names.get((int) index));
            right += row.<String>getAs("path").contains("/" + row.getAs("predicted_label") + "/") ? 1 : 0;
        }
        assertThat(right).isGreaterThanOrEqualTo((int) record.heldOut().top1()).isGreaterThan(48);
    }

    private static Map<String, float[]> written() {
        Map<String, float[]> vectors = new HashMap<>();
        CurrentVectors.open(spark, features.toString(), "cls")
                .rows()
                .collectAsList()
                .forEach(row -> {
                    List<Float> list = row.getList(4);
                    float[] vector = new float[list.size()];
                    for (int i = 0; i < vector.length; i++) {
                        vector[i] = list.get(i);
                    }
                    vectors.put(row.getString(0), vector);
                });
        return vectors;
    }

    private static List<Long> bits(Vector vector) {
        return Arrays.stream(vector.toArray())
                .mapToObj(Double::doubleToRawLongBits)
                .toList();
    }

    private static List<Long> bits(float[] vector) {
        List<Long> bits = new ArrayList<>();
        for (float value : vector) {
            bits.add(Double.doubleToRawLongBits(value));
        }
        return bits;
    }

    @Test
    void anImageThatFailsHasNullsAndAStatus() throws IOException {
        run(request("pooler_output", "shape").regularization(List.of(0.01)).build());
        Path photos = Files.createDirectory(folder.resolve("photos"));
        Files.writeString(photos.resolve("notes.jpg"), "no picture");
        Files.copy(PICTURES.resolve("star/star-1.jpg"), photos.resolve("star.jpg"));
        List<Row> rows = load().transform(spark.read()
                        .format("binaryFile")
                        .load(photos.toString())
                        .withColumn("shape", col("path"))) // a label that the probe does not know
                .orderBy("path")
                .select("status", "features", "rawPrediction", "probability", "prediction", "predicted_label")
                .collectAsList();
        assertThat(rows.get(0).getString(0)).isEqualTo("not_an_image");
        for (int i = 1; i <= 5; i++) {
            assertThat(rows.get(0).isNullAt(i)).isTrue();
            assertThat(rows.get(1).isNullAt(i)).isFalse();
        }
        assertThat(rows.get(1).getString(5)).isEqualTo("star");
    }

    @Test
    void imagesWithoutALabelAndClassesOfOneImageAreCountedAndNamed() throws IOException {
        List<String> lines = new ArrayList<>();
        ProbeRecord record = new Probe(
                        spark,
                        request("pooler_output", "partial")
                                .regularization(List.of(0.01))
                                .build())
                .run(lines::add);
        assertThat(record.labels().classes()).isEqualTo(9);
        assertThat(record.labels().withoutLabel()).isEqualTo(6);
        assertThat(record.labels().examples()).hasSize(3).allMatch(path -> path.contains("/arrow/arrow-"));
        assertThat(record.labels().singleExamples()).containsExactly("<b>lonely</b>");
        assertThat(lines)
                .anyMatch(line -> line.startsWith("left out: 6 images without a label, such as file:/"))
                .contains("left out: 1 class of one image, <b>lonely</b>");
        assertThat(Files.readString(folder.resolve("probe/report.html")))
                .contains("&lt;b&gt;lonely&lt;/b&gt;")
                .doesNotContain("<b>lonely</b>");
    }

    /** Which pictures are held out depends on their paths, the seed and the share, and on nothing else. */
    @Test
    void theSplitDoesNotDependOnPartitions() {
        List<String> first = heldOut(1, 0);
        assertThat(heldOut(7, 0)).isEqualTo(first).hasSize(10);
        assertThat(heldOut(1, 1)).isNotEqualTo(first).hasSize(10);
    }

    private static List<String> heldOut(int partitions, long seed) {
        LabelledVectors labelled =
                LabelledVectors.of(spark, CurrentVectors.open(spark, features.toString(), "cls"), "shape", 1000);
        Dataset<Row> parts = HoldoutSplit.of(labelled.rows().repartition(partitions), 0.2, seed);
        assertThat(parts.groupBy("class", "part").count().collectAsList().stream()
                        .collect(Collectors.groupingBy(
                                row -> row.getString(1),
                                Collectors.mapping(row -> row.getLong(2), Collectors.toSet()))))
                .isEqualTo(Map.of(
                        "held out", Set.of(1L),
                        "validation", Set.of(1L),
                        "training", Set.of(4L)));
        return parts.where("part = 'held out'").orderBy("path").collectAsList().stream()
                .map(row -> row.<String>getAs("path"))
                .toList();
    }

    @Test
    void aClassIsNotEnough() {
        assertThatThrownBy(() -> run(request("cls", "same").build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has only one, x, with two images or more");
        assertThat(folder.resolve("probe")).doesNotExist();
    }

    @Test
    void aColumnThatIsNotCarriedIsRefused() {
        assertThatThrownBy(() -> run(request("cls", "label").build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no carried column label. It carries: ");
    }

    @Test
    void anotherCheckpointIsRefused() {
        ProbeRequest request = request("cls", "shape")
                .model(Optional.of("src/test/resources/oracle/checkpoints/vit-cls"))
                .build();
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("they were made by another one")
                .hasMessageContaining(DemoCheckpoint.location());
    }

    @Test
    void aFolderOfAnotherProbeIsReplacedOnlyWhereAskedFor() throws IOException {
        ProbeRequest.Builder request = request("cls", "shape").regularization(List.of(0.1));
        run(request.build());
        assertThatThrownBy(() -> run(request.build()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("--overwrite");
        run(request.existing(ProbeRequest.Existing.OVERWRITE).seed(3).build());
        assertThat(JsonFile.read(folder.resolve("probe/probe.json"))
                        .path("split")
                        .path("seed")
                        .asInt())
                .isEqualTo(3);
        Files.writeString(folder.resolve("probe/mine.txt"), "x");
        assertThatThrownBy(() -> run(request.build()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("holds mine.txt");
        Files.delete(folder.resolve("probe/mine.txt"));
        Files.delete(folder.resolve("probe/probe.json"));
        assertThatThrownBy(() -> run(request.build()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("without probe.json");
    }

    @Test
    void aCheckpointThatChangesLaterIsRefusedByThePipeline() throws IOException {
        run(request("cls", "shape").regularization(List.of(0.1)).build());
        PipelineModel pipeline = load();
        VitFeatureExtractor extractor = (VitFeatureExtractor) pipeline.stages()[0];
        extractor.setModel("src/test/resources/oracle/checkpoints/vit-cls");
        assertThatThrownBy(() -> pipeline.transform(pictures()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is expected: its features would be others");
    }
}
