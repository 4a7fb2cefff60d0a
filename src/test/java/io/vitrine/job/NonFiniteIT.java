package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.graph.Precision;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint with weights so large that a black image has features and a white one overflows. */
final class NonFiniteIT {
    private static final String EMBEDDING = "embeddings.patch_embeddings.projection.weight";

    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void paint() throws IOException {
        paint("black", Color.BLACK);
        paint("white", Color.WHITE);
    }

    private void paint(String name, Color color) throws IOException {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        Graphics graphics = image.getGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, 32, 32);
        Path images = folder.resolve("images");
        images.toFile().mkdirs();
        ImageIO.write(image, "png", images.resolve(name + ".png").toFile());
    }

    private ExtractRequest.Builder request(float weight) throws IOException {
        return request(weight, InferenceEngine.onnxruntime, Precision.fp32);
    }

    private ExtractRequest.Builder request(float weight, InferenceEngine engine, Precision precision)
            throws IOException {
        SmallCheckpoint checkpoint =
                SmallCheckpoint.of("vit", Map.of("architectures", new String[] {"ViTForImageClassification"}));
        Arrays.fill(checkpoint.values(EMBEDDING), weight);
        Path model = checkpoint.write(folder.resolve("model"));
        ExtractRequest.Builder request = ExtractRequests.builder(folder);
        return request.input(folder + "/images")
                .output(folder + "/features")
                .model(ExtractRequests.model(model, folder)
                        .engine(engine)
                        .precision(precision)
                        .build())
                .columns("cls");
    }

    private Row row(String name) {
        return spark.read()
                .parquet(folder + "/features")
                .where("path like '%" + name + ".png'")
                .first();
    }

    private static String status(Row row) {
        return row.getAs("status");
    }

    @ParameterizedTest
    @CsvSource({
        "onnxruntime, fp32, 3e38, check the checkpoint",
        "pytorch, fp32, 3e38, check the checkpoint",
        "pytorch, bf16, 3e38, try --precision fp32",
        "onnxruntime, fp16, 6e4, 'with --precision fp32, or bf16'",
        "onnxruntime, int8, 3e38, try --precision fp32"
    })
    void anOverflowCostsOneImageInEveryPrecision(
            InferenceEngine engine, Precision precision, float weight, String remedy) throws IOException {
        assumeTrue(engine.isAvailable(), engine + " is not on this class path");
        RunRecord record = Extract.run(spark, request(weight, engine, precision).build());
        assertThat(record.images()).containsOnly(Map.entry("ok", 1L), Map.entry("non_finite", 1L));
        Row white = row("white");
        assertThat(status(white)).isEqualTo("non_finite");
        assertThat(white.<String>getAs("error"))
                .startsWith("cls is NaN at element 0 of 16, computed in " + precision + ". ")
                .contains(remedy);
        assertThat(white.<Object>getAs("cls")).isNull();
        assertThat(white.<String>getAs("format")).isEqualTo("png");
        assertThat(status(row("black"))).isEqualTo("ok");
    }

    @Test
    void aValueThatFloat16CannotHoldIsNotWrittenAsInfinity() throws IOException {
        ExtractRequest request = request(4f)
                .features(FeatureRequest.builder()
                        .columns("hidden_states")
                        .encoding(MatrixEncoding.BINARY_FLOAT16)
                        .build())
                .build();
        assertThat(Extract.run(spark, request).images()).containsOnly(Map.entry("ok", 1L), Map.entry("non_finite", 1L));
        assertThat(row("white").<String>getAs("error"))
                .startsWith("hidden_states.0 is infinite at element ")
                .endsWith("float16 holds values up to 65,504. Write to a new output with --feature-dtype float32.");
    }

    @Test
    void normalizedVectorsOfFiniteNumbersAreFinite() throws IOException {
        ExtractRequest request = request(1e-3f)
                .features(FeatureRequest.builder()
                        .columns("cls", "mean")
                        .norm(FeatureRequest.Norm.L2)
                        .build())
                .build();
        assertThat(Extract.run(spark, request).images()).containsExactly(Map.entry("ok", 2L));
    }
}
