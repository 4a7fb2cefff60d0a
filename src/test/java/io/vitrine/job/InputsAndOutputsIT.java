package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.Precision;
import io.vitrine.image.Pictures;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.ErrorMetrics;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of paths in every form, and features in every form, in a session of this JVM on local files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InputsAndOutputsIT {
    private static final int BATCH_SIZE = 4;

    @TempDir
    private static Path folder;

    private SparkSession spark;
    private final List<String> paths = new ArrayList<>();
    private int runs;

    @BeforeAll
    void start() throws IOException {
        spark = Sandbox.session(Map.of());
        for (int i = 0; i < 12; i++) {
            Path file = folder.resolve("images/bild " + i + " é.png");
            Files.createDirectories(file.getParent());
            Files.write(file, Pictures.drawn("png", 70 + i, 50, i));
            paths.add(file.toString());
        }
        paths.add(3, folder.resolve("images/gone.png").toString());
    }

    @AfterAll
    void stop() {
        spark.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "parquet"})
    void aTablesOtherColumnsAreCarriedThrough(String format) {
        String table = folder + "/table." + format;
        Dataset<Row> rows = spark.range(paths.size())
                .selectExpr(
                        "concat('item-', id) AS sku",
                        pathExpression() + " AS file",
                        "cast(id AS string) AS `shelf no`");
        rows.write().option("header", true).format(format).save(table);

        Dataset<Row> out = extract(list(table, "file"));
        assertThat(out.count()).isEqualTo(paths.size());
        for (Row row : out.collectAsList()) {
            int id = Integer.parseInt(row.<String>getAs("shelf no"));
            assertThat(row.<String>getAs("sku")).isEqualTo("item-" + id);
            assertThat(row.<String>getAs("path")).isEqualTo(paths.get(id));
            boolean gone = paths.get(id).endsWith("gone.png");
            assertThat(row.<String>getAs("status")).isEqualTo(gone ? "missing" : "ok");
            assertThat(row.<Object>getAs("pooler_output") == null).isEqualTo(gone);
            assertThat(row.<Object>getAs("length") == null).isEqualTo(gone);
        }
    }

    @Test
    void carriedColumnsOfEveryTypeComeThrough() {
        String table = folder + "/types.parquet";
        String[] columns = {
            "id % 2 = 0 AS flag",
            "cast(id AS tinyint) AS tiny",
            "cast(id AS float) AS real",
            "cast(id AS decimal(20, 3)) AS price",
            "date_add(date'2020-02-28', cast(id AS int)) AS day",
            "timestamp'2020-01-01 01:02:03.456789' AS moment",
            "timestamp_ntz'2020-01-01 01:02:03.456789' AS wall",
            "cast('bytes' AS binary) AS raw",
            "if(id = 1, null, array(id, null)) AS list",
            "array(cast(id AS float)) AS floats",
            "map('a', id, 'b', null) AS pairs",
            "named_struct('x', id, 'y', array(named_struct('z', 'é'))) AS nested",
            "cast(null AS string) AS nothing"
        };
        spark.range(paths.size())
                .selectExpr("if(id = 3, null, " + pathExpression() + ") AS path", "id")
                .selectExpr(
                        Stream.concat(Stream.of("path"), Arrays.stream(columns)).toArray(String[]::new))
                .write()
                .parquet(table);
        Dataset<Row> given = spark.read().parquet(table);

        Dataset<Row> out = extract(list(table, "path"));
        Column[] same = Arrays.stream(given.columns()).map(functions::col).toArray(Column[]::new);
        assertThat(out.select(same).schema()).isEqualTo(given.schema());
        assertThat(out.where("path IS NULL AND status = 'missing'").count()).isOne();
        assertThat(out.select(same).orderBy("path").toJSON().collectAsList())
                .isEqualTo(given.orderBy("path").toJSON().collectAsList());
    }

    @Test
    void aTextFileHasAPathALine() throws IOException {
        Path list = Files.write(folder.resolve("list.txt"), paths);
        Dataset<Row> out = extract(list(list.toString(), "path"));
        assertThat(out.select("path").as(org.apache.spark.sql.Encoders.STRING()).collectAsList())
                .containsExactlyInAnyOrderElementsOf(paths);
    }

    @Test
    void tablesThatDoNotFitAreRefused() throws IOException {
        String table = folder + "/clash.parquet";
        spark.range(1).selectExpr("'x' AS path", "1 AS Status").write().parquet(table);
        assertFault(list(table, "path"), "carries a column 'Status', which is also a column of the output");
        assertFault(list(table, "file"), "has no column 'file'. It has: path, Status. Name one with --path-column.");
        assertFault(
                list(folder + "/nowhere.csv", "path"),
                "Cannot read the input list " + folder + "/nowhere.csv: it does not exist");
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n\n");
        assertFault(list(empty.toString(), "path"), "No images in " + empty);
    }

    /** On both engines, through the whole job: near the exact features, and said so in the record and the files. */
    @ParameterizedTest
    @CsvSource({"pytorch, fp32, 1e-5", "pytorch, bf16, 0.03", "onnxruntime, fp16, 0.03", "onnxruntime, int8, 0.1"})
    void everyPrecision(InferenceEngine engine, Precision precision, double tolerance) throws IOException {
        assumeTrue(engine.isAvailable(), engine + " is not on this class path");
        String output = folder + "/out-" + runs++;
        ExtractRequest exact = images().output(output).build();
        Optional<InferenceEngine> chosen = precision == Precision.fp32 ? Optional.of(engine) : Optional.empty();
        ExtractRequest request = exact.toBuilder()
                .model(ExtractRequests.model(Sandbox.DEMO, folder)
                        .engine(chosen)
                        .precision(precision)
                        .build())
                .build();
        RunRecord record = Extract.run(spark, request);
        assertThat(record.ok()).isEqualTo(12);
        assertThat(record.engine()).isEqualTo(engine.name());
        assertThat(record.precision()).isEqualTo(precision.name());
        assertThat(record.approximation().keySet())
                .isEqualTo(precision == Precision.int8 ? Set.of("last_hidden_state", "pooler_output") : Set.of());
        if (precision == Precision.int8) { // of the first batch, image by image
            assertThat(record.approximation().get("pooler_output"))
                    .isEqualTo(distance(paths.stream()
                            .filter(path -> !path.endsWith("gone.png"))
                            .sorted()
                            .limit(BATCH_SIZE)
                            .toList()));
        }
        Row row = first(spark.read().parquet(output).orderBy("path"));
        float[] expected = alone(Files.readAllBytes(Path.of(paths.get(0))), Optional.empty(), "pooler_output");
        List<Float> actual = row.getList(row.fieldIndex("pooler_output"));
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).isCloseTo(expected[i], within((float) tolerance));
        }
        if (precision != Precision.fp32) {
            assertThatThrownBy(() -> Extract.run(spark, exact))
                    .isInstanceOf(OutputConflictException.class)
                    .hasMessageContaining("precision is fp32, in the output " + precision);
        }
    }

    private String distance(List<String> files) throws IOException {
        ModelPlan plan = ModelPlan.of(Sandbox.DEMO, Optional.empty());
        List<float[]> both = new ArrayList<>();
        for (Precision precision : List.of(Precision.int8, Precision.fp32)) {
            GraphRequest request =
                    plan.request(List.of("pooler_output", "last_hidden_state")).withPrecision(precision);
            try (FeatureModel model =
                            FeatureModel.load(request, InferenceEngine.onnxruntime, folder, 1, Placement.CPU);
                    FeatureModel.Runner runner = model.runner(files.size())) {
                for (String file : files) {
                    Sandbox.add(runner.batch(), plan, Files.readAllBytes(Path.of(file)));
                }
                BatchFeatures features = runner.run();
                List<Float> all = new ArrayList<>();
                for (int i = 0; i < files.size(); i++) {
                    for (float value : features.floats("pooler_output", i)) {
                        all.add(value);
                    }
                }
                float[] values = new float[all.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = all.get(i);
                }
                both.add(values);
            }
        }
        int elements = both.get(0).length / files.size();
        return ErrorMetrics.of(both.get(0), both.get(1), elements).toString();
    }

    @Test
    void hiddenStatesCanBeArraysOrHalves() throws IOException {
        byte[] image = Files.readAllBytes(Path.of(paths.get(0)));
        float[] expected = alone(image, Optional.empty(), "last_hidden_state");
        Row array = first(extract(images().features(encoded(MatrixEncoding.ARRAY))));
        List<Float> floats = array.getList(array.fieldIndex("last_hidden_state"));
        Row half = first(extract(images().features(encoded(MatrixEncoding.BINARY_FLOAT16))));
        ByteBuffer halves = ByteBuffer.wrap(half.getAs("last_hidden_state")).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(halves.remaining()).isEqualTo(65 * 96 * 2);
        for (int i = 0; i < expected.length; i++) {
            assertThat(floats.get(i)).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
            assertThat(HalfFloat.toFloat(halves.getShort()))
                    .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f + Math.abs(expected[i]) / 1000));
        }
        assertThat(half.schema().apply("last_hidden_state").metadata().getString("dtype"))
                .isEqualTo("float16");
        assertThat(array.schema().apply("last_hidden_state").metadata().getString("dtype"))
                .isEqualTo("float32");
    }

    @Test
    void anotherImageSizeInterpolatesPositions() throws IOException {
        Size size = new Size(80, 48);
        Row row = first(extract(images().model(ExtractRequests.model(Sandbox.DEMO, folder)
                .imageSize(size)
                .build())));
        assertThat(row.<byte[]>getAs("last_hidden_state")).hasSize((1 + 10 * 6) * 96 * 4);
        float[] expected = alone(Files.readAllBytes(Path.of(paths.get(0))), Optional.of(size), "pooler_output");
        List<Float> pooled = row.getList(row.fieldIndex("pooler_output"));
        for (int i = 0; i < expected.length; i++) {
            assertThat(pooled.get(i)).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
        }
    }

    @Test
    void aModelThatExecutorsCannotLoadStopsTheRunAndLeavesNothing() throws IOException {
        Path model = folder.resolve("vanishing");
        io.vitrine.dev.sandbox.Folders.copy(Sandbox.DEMO, model);
        String output = folder + "/out-" + runs++;
        ExtractRequest request = images().model(
                        ExtractRequests.model(model, folder).build())
                .output(output)
                .build();
        RunListener checkpointChanger = new RunListener() {
            @Override
            public void planned(String plan, long images) {
                append(model.resolve("config.json"), " ");
            }
        };
        assertThatThrownBy(() -> Extract.run(spark, request, checkpointChanger))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The run stopped, nothing was written: The checkpoint " + model)
                .hasMessageContaining("differs from the driver's")
                .hasMessageNotContaining("\tat ");
        try (var left = Files.walk(Path.of(output))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        } catch (java.nio.file.NoSuchFileException e) {
            assertThat(Path.of(output)).doesNotExist();
        }
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ExtractRequest.Builder images() {
        return ExtractRequests.builder(folder).input(folder + "/images");
    }

    private ExtractRequest.Builder list(String table, String column) {
        return ExtractRequests.builder(folder).input(new InputRequest.PathList(table, column));
    }

    private static FeatureRequest encoded(MatrixEncoding encoding) {
        return FeatureRequest.builder().encoding(encoding).build();
    }

    private Dataset<Row> extract(ExtractRequest.Builder request) {
        String output = folder + "/out-" + runs++;
        assertThat(Extract.run(spark, request.output(output).build()).ok()).isEqualTo(12);
        return spark.read().parquet(output).orderBy("path");
    }

    private static Row first(Dataset<Row> rows) {
        return rows.collectAsList().get(0);
    }

    private void assertFault(ExtractRequest.Builder request, String fault) {
        assertThatThrownBy(() -> extract(request))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(fault);
    }

    private static float[] alone(byte[] image, Optional<Size> size, String output) {
        ModelPlan plan = ModelPlan.of(Sandbox.DEMO, size);
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(List.of(output)), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            BatchFeatures features = Sandbox.alone(runner, plan, image);
            return features.floats(output, 0);
        }
    }

    private String pathExpression() {
        return "element_at(array("
                + String.join(",", paths.stream().map(path -> "'" + path + "'").toList()) + "), cast(id AS int) + 1)";
    }
}
