package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Folders;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stops a run: each fault of storage, model or configuration gives one message that says what, where and what next, a
 * non-zero status, and no output. Submitted as a person would.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {
    private static final String OUTPUT = "s3a://features/out";

    @TempDir
    private static Path folder;

    private S3Store store;
    private Path model;
    private String error;

    @BeforeAll
    void start() throws IOException {
        store = Sandbox.store(folder.resolve("s3"), "photos", "features");
        try (FileSystem fs = FileSystem.newInstance(
                new org.apache.hadoop.fs.Path("s3a://photos/").toUri(), Sandbox.configuration(store))) {
            Sandbox.put(fs, "s3a://photos/a/1.jpg", Pictures.oracle("photo_420.jpg"));
            Sandbox.put(fs, "s3a://photos/bad/1.jpg", new byte[] {1, 2, 3});
        }
    }

    @AfterAll
    void stop() {
        store.close();
    }

    @BeforeEach
    void useTheDemo() {
        model = null;
    }

    @AfterEach
    void nothingWasWrittenAndOneMessageSaid() throws IOException {
        try (Stream<Path> written = Files.walk(store.data().resolve("features"))) {
            assertThat(written.filter(Files::isRegularFile)).isEmpty();
        }
        assertThat(error.lines().filter(line -> line.startsWith("error: "))).hasSize(1);
        assertThat(error).doesNotContain("\tat ");
    }

    @Test
    void wrongKeys() throws IOException {
        run(
                ExitCode.STORAGE_PERMANENT,
                submission()
                        .with(
                                "--conf",
                                "spark.hadoop.fs.s3a.access.key=wrong",
                                "--conf",
                                "spark.hadoop.fs.s3a.secret.key=wrong"));
        assertThat(error).contains("Cannot use the output s3a://features/out: access denied.", "AWS_ACCESS_KEY_ID");
    }

    @Test
    void tableFormatThatIsNotOnTheClassPath() throws IOException {
        run(ExitCode.CONFIGURATION, submission().with("--output-format", "delta"));
        assertThat(error).contains("--output-format delta needs a library", "--packages io.delta:delta-spark_2.12:");
    }

    @Test
    void missingInputBucket() throws IOException {
        run(
                ExitCode.STORAGE_PERMANENT,
                Sandbox.extract(store).with("--input", "s3a://nowhere/a", "--output", OUTPUT, "--model", demo()));
        assertThat(error).contains("Cannot list the input s3a://nowhere/a: the bucket does not exist.", "endpoint");
    }

    @Test
    void missingOutputBucket() throws IOException {
        run(
                ExitCode.STORAGE_PERMANENT,
                Sandbox.extract(store)
                        .with("--input", "s3a://photos/a", "--output", "s3a://nowhere/x", "--model", demo()));
        assertThat(error).contains("Cannot use the output s3a://nowhere/x: the bucket does not exist.");
    }

    @Test
    void missingInput() throws IOException {
        run(
                ExitCode.STORAGE_PERMANENT,
                Sandbox.extract(store).with("--input", "s3a://photos/b", "--output", OUTPUT, "--model", demo()));
        assertThat(error).contains("Cannot list the input s3a://photos/b: it does not exist. Check the path.");
    }

    @Test
    void outputWithinTheInput() throws IOException {
        run(
                ExitCode.CONFIGURATION,
                Sandbox.extract(store).with("--input", "s3a://features", "--output", OUTPUT, "--model", demo()));
        assertThat(error).contains("The output s3a://features/out lies within the input s3a://features");
    }

    @Test
    void missingModelFolderAndFile() throws IOException {
        run(
                ExitCode.MODEL,
                Sandbox.extract(store)
                        .with("--input", "s3a://photos/a", "--output", OUTPUT, "--model", "/no/such/model"));
        assertThat(error).contains("No checkpoint folder /no/such/model.", "config.json");
        copyModel();
        Files.delete(model.resolve("preprocessor_config.json"));
        run(ExitCode.MODEL, submission());
        assertThat(error).contains("No file " + model.resolve("preprocessor_config.json"));
    }

    @Test
    void cutWeights() throws IOException {
        copyModel();
        Path weights = model.resolve("model.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 500));
        run(ExitCode.MODEL, submission());
        assertThat(error).contains("Damaged safetensors file " + weights, "the header is cut off", "fetch it again");
    }

    @Test
    void overlappingTensors() throws IOException {
        copyModel();
        replaceInWeights("\"data_offsets\":[40,3880]", "\"data_offsets\":[36,3876]");
        run(ExitCode.MODEL, submission());
        assertThat(error).contains("Damaged safetensors file", "overlaps the one before it");
    }

    @Test
    void missingTensorAndWrongShape() throws IOException {
        copyModel();
        replaceInWeights("vit.encoder.layer.2.output.dense.bias", "vit.encoder.layer.2.output.dense.bios");
        run(ExitCode.MODEL, submission());
        assertThat(error).contains("do not fit its config.json: encoder.layer.2.output.dense.bias is missing");
        copyModel();
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"patch_size\": 8", "\"patch_size\": 4"));
        run(ExitCode.MODEL, submission());
        assertThat(error)
                .contains(
                        "embeddings.patch_embeddings.projection.weight has shape [96, 3, 8, 8], [96, 3, 4, 4] expected");
    }

    @Test
    void wrongOptions() throws IOException {
        run(ExitCode.MODEL, submission().with("--columns", "pooler_output,nonsense"));
        assertThat(error).contains("has no nonsense", "Available: last_hidden_state, pooler_output, logits");
        run(ExitCode.USAGE, submission().with("--batch-size", "0"));
        assertThat(error).contains("--batch-size is 0, but must be at least 1");
        run(ExitCode.USAGE, submission().with("--input-list", "x.txt"));
        assertThat(error).contains("Give either --input or --input-list");
    }

    private void copyModel() {
        model = folder.resolve("model-" + System.nanoTime());
        Folders.copy(Sandbox.DEMO, model);
    }

    private String demo() {
        return Sandbox.DEMO.toString();
    }

    private Submission submission() {
        String use = model == null ? demo() : model.toString();
        return Sandbox.extract(store).with("--input", "s3a://photos/a", "--output", OUTPUT, "--model", use);
    }

    private void run(ExitCode code, Submission submission) throws IOException {
        Path err = folder.resolve("err.txt");
        int status = submission.run(folder.resolve("out.txt"), err);
        error = Files.readString(err);
        assertThat(status).as(error).isEqualTo(code.status());
    }

    /** Replaces text in the header by text of the same length. */
    private void replaceInWeights(String from, String to) throws IOException {
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        int length =
                ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt();
        String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
        assertThat(header).contains(from);
        byte[] edited = header.replace(from, to).getBytes(StandardCharsets.UTF_8);
        assertThat(edited).hasSize(length);
        System.arraycopy(edited, 0, bytes, 8, length);
        Files.write(weights, bytes);
    }
}
