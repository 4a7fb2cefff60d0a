package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.Size;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.OutlierCheckpoints;
import io.vitrine.graph.Precision;
import io.vitrine.image.Pictures;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.ErrorMetrics;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.DirectInference;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Features in every precision, encoding and size, on local files, compared with those of one image without Spark. */
final class FeaturesIT {
    private static final int IMAGES = 12;
    private static final int STATE_VALUES = 65 * 96;

    @TempDir
    private static Path images;

    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        spark = LocalSpark.session();
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(String.format("%02d.png", i)), Pictures.drawn("png", 70 + i, 50, i));
        }
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private ExtractRequest.Builder request() {
        return ExtractRequests.builder(cache).input(images.toString()).output(folder + "/features");
    }

    private ExtractRequest request(MatrixEncoding encoding) {
        return request()
                .features(FeatureRequest.builder().encoding(encoding).build())
                .build();
    }

    private ExtractRequest request(InferenceEngine engine, Precision precision) {
        // Any other precision than fp32 implies its engine.
        Optional<InferenceEngine> chosen = precision == Precision.fp32 ? Optional.of(engine) : Optional.empty();
        return request()
                .model(ExtractRequests.model(DemoCheckpoint.FOLDER, cache)
                        .engine(chosen)
                        .precision(precision)
                        .build())
                .build();
    }

    private static RunRecord run(ExtractRequest request) {
        RunRecord record = Extract.run(spark, request);
        assertThat(record.ok()).isEqualTo(IMAGES);
        return record;
    }

    /** The row of the first image. */
    private static Row firstRow(ExtractRequest request) {
        return spark.read().parquet(request.output().folder()).orderBy("path").first();
    }

    private static byte[] firstImage() {
        return Folders.read(Folders.files(images).get(0));
    }

    private static void assertClose(List<Float> actual, float[] expected, double tolerance) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).isCloseTo(expected[i], within((float) tolerance));
        }
    }

    @ParameterizedTest
    @CsvSource({"pytorch, fp32, 1e-5", "pytorch, bf16, 0.03", "onnxruntime, fp16, 0.03", "onnxruntime, int8, 0.1"})
    void everyPrecisionIsCloseToFp32AndItsOutputTakesNoOther(
            InferenceEngine engine, Precision precision, double tolerance) {
        assumeTrue(engine.isAvailable(), engine + " is not on this class path");
        ExtractRequest request = request(engine, precision);
        RunRecord record = run(request);
        assertThat(record.engine()).isEqualTo(engine.name());
        assertThat(record.precision()).isEqualTo(precision.name());
        assertThat(record.approximation().keySet())
                .isEqualTo(precision == Precision.int8 ? Set.of("last_hidden_state", "pooler_output") : Set.of());
        Row row = firstRow(request);
        assertClose(
                row.getList(row.fieldIndex("pooler_output")),
                DirectInference.ofDemo(firstImage(), Optional.empty(), "pooler_output"),
                tolerance);
        if (precision != Precision.fp32) {
            ExtractRequest exact = request().build();
            assertThatThrownBy(() -> Extract.run(spark, exact))
                    .isInstanceOf(OutputConflictException.class)
                    .hasMessageContaining("precision is fp32, in the output " + precision);
        }
    }

    @Test
    void anInt8RunWithWrongNumbersStopsBeforeTheFirstRow() throws IOException {
        Path checkpoint = OutlierCheckpoints.beyondInt8().write(folder.resolve("checkpoint"));
        ExtractRequest request = request()
                .model(ExtractRequests.model(checkpoint, cache)
                        .precision(Precision.int8)
                        .build())
                .build();
        assertThatThrownBy(() -> Extract.run(spark, request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        "The run stopped, nothing was written: int8 gives wrong numbers with this checkpoint")
                .hasMessageContaining(" is off: relative error ")
                .hasMessageContaining("Take --precision fp32");
        assertThat(
                        Files.exists(folder.resolve("features"))
                                ? Folders.files(folder.resolve("features")).stream()
                                        .filter(file -> file.toString().endsWith(".parquet"))
                                : Stream.<Path>empty())
                .isEmpty();
    }

    @Test
    void theRecordOfInt8HasTheErrorOfTheFirstBatch() {
        RunRecord record = run(request(InferenceEngine.onnxruntime, Precision.int8));
        float[] approximate = poolerOutputOfTheFirstBatch(Precision.int8);
        float[] exact = poolerOutputOfTheFirstBatch(Precision.fp32);
        int elements = exact.length / ExtractRequests.BATCH_SIZE;
        assertThat(record.approximation().get("pooler_output"))
                .isEqualTo(ErrorMetrics.of(approximate, exact, elements).toString());
    }

    private float[] poolerOutputOfTheFirstBatch(Precision precision) {
        ModelPlan plan = ModelPlan.of(DemoCheckpoint.FOLDER, Optional.empty());
        GraphRequest request =
                plan.request(List.of("pooler_output", "last_hidden_state")).withPrecision(precision);
        try (FeatureModel model = FeatureModel.load(request, InferenceEngine.onnxruntime, folder, 1, Placement.CPU);
                FeatureModel.Runner runner = model.runner(ExtractRequests.BATCH_SIZE)) {
            for (Path file : Folders.files(images).subList(0, ExtractRequests.BATCH_SIZE)) {
                DirectInference.add(runner.batch(), plan, Folders.read(file));
            }
            BatchFeatures features = runner.run();
            List<float[]> vectors = new ArrayList<>();
            for (int i = 0; i < ExtractRequests.BATCH_SIZE; i++) {
                vectors.add(features.floats("pooler_output", i));
            }
            return concatenate(vectors);
        }
    }

    private static float[] concatenate(List<float[]> vectors) {
        int length = vectors.get(0).length;
        float[] all = new float[vectors.size() * length];
        for (int i = 0; i < vectors.size(); i++) {
            System.arraycopy(vectors.get(i), 0, all, i * length, length);
        }
        return all;
    }

    @Test
    void hiddenStatesCanBeArraysOfFloats() {
        ExtractRequest request = request(MatrixEncoding.ARRAY);
        run(request);
        Row row = firstRow(request);
        assertClose(
                row.getList(row.fieldIndex("last_hidden_state")),
                DirectInference.ofDemo(firstImage(), Optional.empty(), "last_hidden_state"),
                1e-4);
        assertThat(row.schema().apply("last_hidden_state").metadata().getString("dtype"))
                .isEqualTo("float32");
    }

    @Test
    void hiddenStatesCanBeHalfFloats() {
        ExtractRequest request = request(MatrixEncoding.BINARY_FLOAT16);
        run(request);
        Row row = firstRow(request);
        float[] expected = DirectInference.ofDemo(firstImage(), Optional.empty(), "last_hidden_state");
        ByteBuffer halves = ByteBuffer.wrap(row.getAs("last_hidden_state")).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(halves.remaining()).isEqualTo(STATE_VALUES * 2);
        for (float value : expected) {
            assertThat(HalfFloat.toFloat(halves.getShort())).isCloseTo(value, within(1e-4f + Math.abs(value) / 1000));
        }
        assertThat(row.schema().apply("last_hidden_state").metadata().getString("dtype"))
                .isEqualTo("float16");
    }

    @Test
    void anotherImageSizeInterpolatesPositions() {
        Size size = new Size(80, 48);
        ExtractRequest request = request()
                .model(ExtractRequests.model(DemoCheckpoint.FOLDER, cache)
                        .imageSize(size)
                        .build())
                .build();
        run(request);
        Row row = firstRow(request);
        assertThat(row.<byte[]>getAs("last_hidden_state")).hasSize((1 + 10 * 6) * 96 * 4);
        assertClose(
                row.getList(row.fieldIndex("pooler_output")),
                DirectInference.ofDemo(firstImage(), Optional.of(size), "pooler_output"),
                1e-4);
    }
}
