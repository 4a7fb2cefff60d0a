package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.LabelScores;
import io.vitrine.report.LabelTally;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.RecordFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accuracy and loss of classifiers over the demo pictures, against transformers' own. */
final class LabelColumnIT {
    private static final JsonNode REFERENCE = JsonFile.read(Path.of("src/test/resources/labels/torch.json"));
    private static final Path PICTURES = Path.of("demo/pictures").toAbsolutePath();
    private static final double TOLERANCE = 2e-6; // of losses, relative: logits are float32 of another library

    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private ExtractRequest.Builder request(List<String> lines, String label) throws IOException {
        Path list = Files.write(folder.resolve("list.csv"), lines);
        return ExtractRequests.builder(cache)
                .input(new InputRequest.PathList(list.toString(), "path"))
                .output(folder + "/features")
                .labelColumn(label);
    }

    /** A list of the demo pictures with the reference's labels, as numbers in one column and as names in another. */
    private static List<String> demo() {
        JsonNode labels = REFERENCE.path("demo").path("labels");
        JsonNode names = JsonFile.read(Path.of("demo/checkpoint/config.json")).path("id2label");
        List<String> lines = new ArrayList<>(List.of("path,index,Name"));
        labels.properties()
                .forEach(entry -> lines.add(PICTURES.resolve(entry.getKey()) + "," + entry.getValue() + ","
                        + names.path(entry.getValue().asText()).asText()));
        return lines;
    }

    private static LabelScores scores(RunRecord record) {
        return record.details().labels().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"index, 100", "name, 7"})
    void accuracyAndLossAreTheReferences(String column, int imagesPerCommit) throws IOException {
        RunRecord record = Extract.run(
                spark,
                request(demo(), column)
                        .rerun(RerunPolicy.builder()
                                .imagesPerCommit(imagesPerCommit)
                                .build())
                        .build());
        JsonNode expected = REFERENCE.path("demo");
        LabelScores scores = scores(record);
        assertThat(List.of(scores.measured(), scores.top1(), scores.top5()))
                .containsExactly(
                        60L,
                        expected.path("top1").asLong(),
                        expected.path("top5").asLong());
        assertThat(scores.meanLoss())
                .isCloseTo(
                        expected.path("loss").asDouble(),
                        Offset.offset(TOLERANCE * expected.path("loss").asDouble()));
        assertThat(scores.notMeasured()).isEmpty();
        assertThat(spark.read().parquet(folder + "/features").columns()).doesNotContain("logits");
        assertThat(Summary.of(record))
                .contains("labels in " + scores.column()
                        + ": top-1 80.00 %, top-5 88.33 %, mean cross_entropy 1.10918 over 60 images\n"
                                .replace('_', ' '));
    }

    @Test
    void theMeanSquaredErrorOfOneOutputIsTheReferences() throws IOException {
        JsonNode expected = REFERENCE.path("regression");
        List<String> lines = new ArrayList<>(List.of("path,rating"));
        expected.path("labels")
                .properties()
                .forEach(entry -> lines.add(Path.of("src/test/resources/oracle/images", entry.getKey())
                                .toAbsolutePath()
                        + "," + entry.getValue()));
        RunRecord record = Extract.run(
                spark,
                request(lines, "rating")
                        .model(ExtractRequests.model(
                                        Path.of("src/test/resources/oracle2/checkpoints/vit-one-label"), cache)
                                .build())
                        .columns("cls")
                        .build());
        LabelScores scores = scores(record);
        assertThat(scores.loss()).isEqualTo(LabelScores.SQUARED_ERROR);
        assertThat(scores.meanLoss())
                .isCloseTo(expected.path("loss").asDouble(), Offset.offset(1e-4)); // a squared difference of float32
        assertThat(scores.figures()).startsWith("mean squared error 3.088").endsWith("over 3 images");
    }

    @Test
    void unusableLabelsAreCountedAndNamed() throws IOException {
        List<String> lines = new ArrayList<>(demo().subList(0, 5));
        String circle = PICTURES.resolve("circle/circle-1.jpg").toString();
        lines.set(1, PICTURES.resolve("arrow/arrow-1.jpg") + ",,");
        lines.set(2, PICTURES.resolve("arrow/arrow-2.png") + ",10,arrows");
        lines.add(circle + ",-1,<b>round</b>");
        lines.add(folder.resolve("missing.jpg") + ",0,arrow"); // fails: not among the labels
        RunRecord record = Extract.run(spark, request(lines, "name").build());
        LabelScores scores = scores(record);
        assertThat(scores.measured()).isEqualTo(2);
        assertThat(scores.notMeasured()).isEqualTo(Map.of("null", 1L, "unknown", 2L));
        assertThat(scores.measured() + scores.faults()).isEqualTo(record.ok());
        assertThat(scores.examples())
                .extracting(LabelTally.Example::label)
                .containsExactlyInAnyOrder("", "arrows", "<b>round</b>");
        assertThat(Summary.of(record)).contains("  not compared: 1 null, 2 unknown, such as ");
        JsonNode json = RecordFiles.latest(folder.resolve("features")).path("label_scores");
        assertThat(json.path("column").asText()).isEqualTo("Name");
        assertThat(json.path("measured").asInt()).isEqualTo(2);
        assertThat(json.path("not_measured").path("unknown").asInt()).isEqualTo(2);
        assertThat(json.path("top1_accuracy").asDouble()).isEqualTo(scores.top1Accuracy());
        assertThat(page(record))
                .contains("top-1 accuracy", "Not compared: 1 null, 2 unknown", "&lt;b&gt;round&lt;/b&gt;");
    }

    private String page(RunRecord record) throws IOException {
        return Files.readString(folder.resolve("features/_vitrine").resolve(record.run() + ".html"));
    }

    @Test
    void theFiguresAreOfTheImagesOfThisRun() throws IOException {
        Extract.run(spark, request(demo().subList(0, 11), "index").build());
        RunRecord second = Extract.run(spark, request(demo(), "index").build());
        assertThat(scores(second).measured()).isEqualTo(50);
        assertThat(Summary.of(second)).contains("over 50 images; without the 10 images that earlier runs did");
        assertThat(page(second)).contains("the 10 images that earlier runs did are not in these figures");
        RunRecord third = Extract.run(spark, request(demo(), "index").build());
        assertThat(Summary.of(third))
                .contains("labels in index: no image of this run could be compared; without the 60");
    }

    @Test
    void rowsDoNotDependOnTheLabels() throws IOException {
        RunRecord record =
                Extract.run(spark, request(demo().subList(0, 13), "index").build());
        RunRecord without = Extract.run(
                spark,
                request(demo().subList(0, 13), "index")
                        .labelColumn(Optional.empty())
                        .output(folder + "/without")
                        .build());
        assertThat(without.details().labels()).isEmpty();
        assertThat(without.json()).doesNotContain("label_scores");
        assertThat(rows("without")).isEqualTo(rows("features")).hasSize(12);
        assertThat(record.columns()).isEqualTo(without.columns());
    }

    private List<String> rows(String output) {
        return spark.read()
                .parquet(folder + "/" + output)
                .selectExpr("path", "index", "pooler_output", "hex(last_hidden_state)")
                .orderBy("path")
                .toJSON()
                .collectAsList();
    }

    @Test
    void thePlanSaysWhatIsCompared() throws IOException {
        assertThat(Extract.describe(spark, request(demo(), "index").build(), RunListener.NONE))
                .contains("labels         index: top-1, top-5 and mean cross entropy over the images of this run\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oracle/checkpoints/vit-tiny-a | index | hold no classifier",
                "oracle2/checkpoints/vit-multi-label | index | several labels per image",
                "../../../demo/checkpoint | labels | It carries: index, Name.",
                "../../../demo/checkpoint | path | the input carries no such column"
            })
    void whatCannotBeComparedIsRefused(String model, String column, String message) throws IOException {
        ExtractRequest request = request(demo(), column)
                .model(ExtractRequests.model(Path.of("src/test/resources", model), cache)
                        .build())
                .columns("mean")
                .build();
        assertThatThrownBy(() -> Extract.run(spark, request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("features")).doesNotExist();
    }

    @Test
    void foldersCarryNoLabels() {
        ExtractRequest request = ExtractRequests.builder(cache)
                .input(PICTURES.toString())
                .output(folder + "/features")
                .labelColumn("label")
                .build();
        assertThatThrownBy(() -> Extract.run(spark, request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("It carries none: labels come from the other columns of --input-list");
    }

    /** As Hugging Face's datasets have it: a struct of an image, and an integer. */
    @Test
    void labelsOfTablesOfImages() throws IOException {
        List<String> lines = demo();
        Files.write(folder.resolve("list.csv"), lines);
        spark.read().option("header", "true").csv(folder + "/list.csv").createOrReplaceTempView("labels");
        spark.read().format("binaryFile").load(PICTURES + "/*/*").createOrReplaceTempView("files");
        spark.sql("SELECT named_struct('bytes', content, 'path', files.path) AS image, CAST(index AS BIGINT) AS label"
                        + " FROM files JOIN labels ON files.path = 'file:' || labels.path")
                .coalesce(1)
                .write()
                .parquet(folder + "/table");
        RunRecord record = Extract.run(
                spark,
                ExtractRequests.builder(cache)
                        .input(new InputRequest.CellTable(folder + "/table", "image", Optional.empty()))
                        .output(folder + "/features")
                        .labelColumn("label")
                        .build());
        assertThat(List.of(scores(record).measured(), scores(record).top1()))
                .containsExactly(60L, REFERENCE.path("demo").path("top1").asLong());
    }

    @Test
    void typesThatAreNoLabelsAreRefused() throws IOException {
        Files.write(folder.resolve("list.csv"), demo());
        spark.read()
                .option("header", "true")
                .csv(folder + "/list.csv")
                .selectExpr("path", "array(index) AS labels")
                .write()
                .parquet(folder + "/list.parquet");
        ExtractRequest request = ExtractRequests.builder(cache)
                .input(new InputRequest.PathList(folder + "/list.parquet", "path"))
                .output(folder + "/features")
                .labelColumn("labels")
                .build();
        assertThatThrownBy(() -> Extract.run(spark, request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--label-column labels is of type array<string>");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.endsWith("features"));
        }
    }
}
