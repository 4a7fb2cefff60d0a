package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.ProcessResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Submissions that cannot run: a fault of storage, of the model or of the request is one message that says what, where and what
 * next, an exit status, and no output.
 */
final class FaultsIT {
    private static final String INPUT = "s3a://photos/a";
    private static final String OUTPUT = "s3a://features/out";

    @TempDir
    private static Path storeFolder;

    @TempDir
    private Path folder;

    private static ObjectStore store;

    @BeforeAll
    static void start() {
        store = ObjectStore.start(storeFolder, "photos", "features");
        store.put("s3a://photos/a/1.jpg", Pictures.oracle("photo_420.jpg"));
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private static Submission submission(String input, String output, String model) {
        return Launchers.extract(store).with("--input", input, "--output", output, "--model", model);
    }

    private static Submission submission() {
        return submission(INPUT, OUTPUT, DemoCheckpoint.location());
    }

    private static Submission submission(Path model) {
        return submission(INPUT, OUTPUT, model.toString());
    }

    /** What the submission prints on standard error. Requires one message, no stack trace, and no file in the output's bucket. */
    private String error(ExitCode code, Submission submission) {
        ProcessResult result = Launchers.run(submission, folder).require(code);
        assertThat(Folders.filesBelow(store.onDisk("s3a://features"))).isEmpty();
        assertThat(result.err().lines().filter(line -> line.startsWith("error: ")))
                .hasSize(1);
        assertThat(result.err()).doesNotContain("\tat ");
        return result.err();
    }

    @Test
    void wrongKeysAreDeniedAccess() {
        Submission submission = submission()
                .with("--conf", "spark.hadoop.fs.s3a.access.key=wrong")
                .with("--conf", "spark.hadoop.fs.s3a.secret.key=wrong");
        assertThat(error(ExitCode.STORAGE_PERMANENT, submission))
                .contains("Cannot use the output s3a://features/out: access denied.", "AWS_ACCESS_KEY_ID");
    }

    @Test
    void aTableFormatWithoutItsLibraryIsRefused() {
        assertThat(error(ExitCode.CONFIGURATION, submission().with("--output-format", "delta")))
                .contains("--output-format delta needs a library", "--packages " + SparkLine.delta());
    }

    @Test
    void aMissingInputBucketIsNamed() {
        Submission submission = submission("s3a://nowhere/a", OUTPUT, DemoCheckpoint.location());
        assertThat(error(ExitCode.STORAGE_PERMANENT, submission))
                .contains("Cannot list the input s3a://nowhere/a: the bucket does not exist.", "endpoint");
    }

    @Test
    void aMissingOutputBucketIsNamed() {
        Submission submission = submission(INPUT, "s3a://nowhere/x", DemoCheckpoint.location());
        assertThat(error(ExitCode.STORAGE_PERMANENT, submission))
                .contains("Cannot use the output s3a://nowhere/x: the bucket does not exist.");
    }

    @Test
    void aMissingInputFolderIsNamed() {
        Submission submission = submission("s3a://photos/b", OUTPUT, DemoCheckpoint.location());
        assertThat(error(ExitCode.STORAGE_PERMANENT, submission))
                .contains("Cannot list the input s3a://photos/b: it does not exist. Check the path.");
    }

    @Test
    void anOutputWithinTheInputIsRefused() {
        Submission submission = submission("s3a://features", OUTPUT, DemoCheckpoint.location());
        assertThat(error(ExitCode.CONFIGURATION, submission))
                .contains("The output s3a://features/out lies within the input s3a://features");
    }

    @Test
    void aMissingModelFolderIsNamed() {
        assertThat(error(ExitCode.MODEL, submission(Path.of("/no/such/model"))))
                .contains("No checkpoint folder /no/such/model.", "config.json");
    }

    @Test
    void aMissingModelFileIsNamed() throws IOException {
        Path model = copyOfTheDemo();
        Files.delete(model.resolve("preprocessor_config.json"));
        assertThat(error(ExitCode.MODEL, submission(model)))
                .contains("No file " + model.resolve("preprocessor_config.json"));
    }

    @Test
    void aCutWeightFileIsRefused() throws IOException {
        Path model = copyOfTheDemo();
        Path weights = model.resolve("model.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 500));
        assertThat(error(ExitCode.MODEL, submission(model)))
                .contains("Damaged safetensors file " + weights, "the header is cut off", "fetch it again");
    }

    @Test
    void aWeightFileWithOverlappingTensorsIsRefused() throws IOException {
        Path model = copyOfTheDemo();
        replaceInWeights(model, "\"data_offsets\":[40,3880]", "\"data_offsets\":[36,3876]");
        assertThat(error(ExitCode.MODEL, submission(model)))
                .contains("Damaged safetensors file", "overlaps the one before it");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        Path model = copyOfTheDemo();
        replaceInWeights(model, "vit.encoder.layer.2.output.dense.bias", "vit.encoder.layer.2.output.dense.bios");
        assertThat(error(ExitCode.MODEL, submission(model)))
                .contains("do not fit its config.json: encoder.layer.2.output.dense.bias is missing");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        Path model = copyOfTheDemo();
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"patch_size\": 8", "\"patch_size\": 4"));
        assertThat(error(ExitCode.MODEL, submission(model)))
                .contains(
                        "embeddings.patch_embeddings.projection.weight has shape [96, 3, 8, 8], [96, 3, 4, 4] expected");
    }

    @Test
    void anUnknownColumnIsRefusedAndTheKnownOnesAreNamed() {
        assertThat(error(ExitCode.CONFIGURATION, submission().with("--columns", "pooler_output,nonsense")))
                .contains("has no nonsense", "Available: last_hidden_state, pooler_output, logits");
    }

    @Test
    void aBatchSizeOfZeroIsRefused() {
        assertThat(error(ExitCode.USAGE, submission().with("--batch-size", "0")))
                .contains("--batch-size is 0, but must be at least 1");
    }

    @Test
    void anInputAndAnInputListTogetherAreRefused() {
        assertThat(error(ExitCode.USAGE, submission().with("--input-list", "x.txt")))
                .contains("Give either --input, --input-list or --input-table");
    }

    private Path copyOfTheDemo() {
        Path model = folder.resolve("model");
        Folders.copy(DemoCheckpoint.FOLDER, model);
        return model;
    }

    /** Replaces text in the header of the weights by text of the same length. */
    private static void replaceInWeights(Path model, String from, String to) throws IOException {
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
        assertThat(header).contains(from);
        byte[] edited = header.replace(from, to).getBytes(StandardCharsets.UTF_8);
        assertThat(edited).hasSize(length);
        System.arraycopy(edited, 0, bytes, 8, length);
        Files.write(weights, bytes);
    }
}
