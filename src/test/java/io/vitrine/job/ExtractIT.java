package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.cli.ExitCode;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.DirectInference;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.ProcessResult;
import io.vitrine.testkit.RecordFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run as a person starts it: the launcher, SparkSubmit, an S3 store with authentication, several hundred images in a tree,
 * bad files at every position of a batch. The tests look at what the run wrote and printed.
 */
final class ExtractIT {
    private static final String IMAGES = "s3a://photos/catalog";
    private static final String FEATURES = "s3a://features/out";
    private static final String MODEL = "s3a://models/demo";
    private static final int BATCH_SIZE = 4;
    private static final int PARTITIONS = 3;

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static Map<String, Upload> uploads; // by path
    private static StructType schema;
    private static List<Row> rows;
    private static ProcessResult result;
    private static JsonNode record;

    @BeforeAll
    static void run() throws IOException {
        store = ObjectStore.start(folder.resolve("s3"), "photos", "features", "models");
        uploads = Upload.below(IMAGES);
        uploads.forEach((path, upload) -> store.put(path, upload.bytes()));
        store.put(IMAGES + "/_temporary/readme.txt", "not for the run");
        store.putFiles(DemoCheckpoint.FOLDER, MODEL);
        result = Launchers.run(
                Launchers.extract(store)
                        .with("--input", IMAGES, "--output", FEATURES, "--model", MODEL)
                        .with("--model-cache", cache().toString())
                        .with("--columns", "pooler_output,last_hidden_state,logits")
                        .with("--batch-size", "" + BATCH_SIZE, "--partitions", "" + PARTITIONS)
                        .with("--max-pixels", "1000000"),
                folder);
        result.requireSuccess();

        spark = LocalSpark.session(store);
        Dataset<Row> table = spark.read().parquet(FEATURES);
        schema = table.schema();
        rows = table.orderBy("path").collectAsList();
        record = RecordFiles.latest(store.onDisk(FEATURES));
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
        store.close();
    }

    private static Path cache() {
        return folder.resolve("cache");
    }

    private static long uploadsOf(String status) {
        return uploads.values().stream()
                .filter(upload -> upload.status().equals(status))
                .count();
    }

    @Test
    void theInputHasHundredsOfFilesAndEveryKindOfBadOne() {
        assertThat(uploads).hasSizeGreaterThan(200);
        assertThat(uploads.values()).extracting(Upload::status).containsAll(Upload.BAD_STATUSES);
    }

    @Test
    void everyImageIsExactlyOneRow() {
        assertThat(rows).extracting(row -> row.getString(0)).containsExactlyInAnyOrderElementsOf(uploads.keySet());
    }

    @Test
    void everyRowHasLengthAndEtagOfItsObject() {
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.<Long>getAs("length"))
                    .isEqualTo(uploads.get(row.getString(0)).bytes().length);
            assertThat(row.<String>getAs("etag")).isNotEmpty();
        });
    }

    @Test
    void everyBadFileHasItsReasonAndNoFeatures() {
        for (Row row : rows) {
            String expected = uploads.get(row.getString(0)).status();
            assertThat(row.<String>getAs("status")).as(row.getString(0)).isEqualTo(expected);
            if (!expected.equals("ok")) {
                assertThat(row.<String>getAs("error")).isNotEmpty();
                assertThat(row.<Object>getAs("pooler_output")).isNull();
                assertThat(row.<Object>getAs("last_hidden_state")).isNull();
            }
        }
    }

    @Test
    void everyRowHasTheFeaturesOfItsImageAlone() {
        ModelPlan plan = ModelPlan.of(DemoCheckpoint.FOLDER, Optional.empty());
        try (FeatureModel model =
                        FeatureModel.load(plan.onnxModel(List.of("pooler_output", "last_hidden_state", "logits")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            for (Row row : rows) {
                Upload upload = uploads.get(row.getString(0));
                if (upload.status().equals("ok")) {
                    assertFeatures(row, DirectInference.features(runner, plan, upload.bytes()));
                }
            }
        }
    }

    private static void assertFeatures(Row row, BatchFeatures alone) {
        for (String vector : List.of("pooler_output", "logits")) {
            List<Float> actual = row.getList(row.fieldIndex(vector));
            float[] expected = alone.floats(vector, 0);
            assertThat(actual).as(row.getString(0)).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual.get(i)).as(row.getString(0)).isCloseTo(expected[i], within(1e-4f));
            }
        }
        ByteBuffer state = ByteBuffer.wrap(row.getAs("last_hidden_state")).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(state.remaining()).isEqualTo(65 * 96 * 4);
        for (float value : alone.floats("last_hidden_state", 0)) {
            assertThat(state.getFloat()).isCloseTo(value, within(1e-4f));
        }
    }

    @Test
    void aMatrixColumnStatesItsShapeAndType() {
        StructField state = schema.apply("last_hidden_state");
        assertThat(state.dataType().simpleString()).isEqualTo("binary");
        assertThat(state.metadata().getLongArray("shape")).containsExactly(65, 96);
        assertThat(state.metadata().getString("dtype")).isEqualTo("float32");
    }

    @Test
    void everyParquetFileSaysHowItsFeaturesWereMade() throws IOException {
        Map<String, String> metadata = parquetMetadata().getKeyValueMetaData();
        assertThat(metadata)
                .containsEntry("vitrine.fingerprint", Fingerprint.of(DemoCheckpoint.FOLDER))
                .containsEntry("vitrine.precision", "fp32")
                .containsEntry("vitrine.model", MODEL)
                .containsKeys("vitrine.preprocessing", "vitrine.run", "vitrine.version.onnxruntime");
        assertThat(metadata.get("vitrine.column.last_hidden_state")).contains("\"shape\":[65,96]");
    }

    @Test
    void vectorsHaveNoNullElements() throws IOException {
        assertThat(parquetMetadata().getSchema().toString()).contains("required float element");
    }

    private static FileMetaData parquetMetadata() throws IOException {
        Path part = Folders.filesBelow(store.onDisk(FEATURES)).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        HadoopInputFile file =
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(part.toUri()), new Configuration());
        try (ParquetFileReader reader = ParquetFileReader.open(file)) {
            return reader.getFileMetaData();
        }
    }

    @Test
    void theRecordCountsImagesByStatus() {
        assertThat(record.path("total").asInt()).isEqualTo(uploads.size());
        assertThat(record.path("images").path("ok").asLong()).isEqualTo(uploadsOf("ok"));
        assertThat(record.path("images").path("truncated").asLong()).isEqualTo(uploadsOf("truncated"));
    }

    @Test
    void allTasksOfAnExecutorShareOneModel() {
        assertThat(record.path("partitions").asInt()).isEqualTo(PARTITIONS);
        assertThat(record.path("model_loads")).hasSize(1);
        assertThat(result.out()).contains("model loaded once");
    }

    @Test
    void theSummaryCountsImagesAndNoExceptionIsPrinted() {
        long ok = uploadsOf("ok");
        assertThat(result.out())
                .contains(uploads.size() + " images: " + ok + " ok, " + (uploads.size() - ok) + " failed");
        assertThat(result.err()).doesNotContain("Exception");
    }

    @Test
    void theRunsCopyOfTheCheckpointIsCompleteAndUsedAgain() throws IOException {
        Path copy = Folders.filesBelow(cache()).stream()
                .filter(file -> file.endsWith("model.safetensors"))
                .findFirst()
                .orElseThrow()
                .getParent();
        assertThat(copy.resolve("model.safetensors"))
                .hasSameBinaryContentAs(DemoCheckpoint.FOLDER.resolve("model.safetensors"));
        Object inode = Files.getAttribute(copy, "unix:ino");
        assertThat(CheckpointFetcher.fetch(MODEL, cache(), store.configuration())
                        .folder())
                .isEqualTo(copy);
        assertThat(Files.getAttribute(copy, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void anotherModelOnTheSameOutputIsRefused() throws IOException {
        Path other = folder.resolve("other");
        Folders.copy(DemoCheckpoint.FOLDER, other);
        Files.writeString(other.resolve("config.json"), Files.readString(other.resolve("config.json")) + " ");
        ProcessResult second = Launchers.run(
                Launchers.extract(store).with("--input", IMAGES, "--output", FEATURES, "--model", other.toString()),
                folder);
        assertThat(second.require(ExitCode.OUTPUT_CONFLICT).err())
                .contains("error: The output " + FEATURES + " holds features that are made in another way: ")
                .contains("; fingerprint is ");
    }

    @Test
    void aDryRunDescribesThePlanAndWritesNothing() {
        String output = "s3a://features/dry";
        ProcessResult dryRun = Launchers.run(
                Launchers.extract(store)
                        .with("--input", IMAGES, "--output", output, "--model", DemoCheckpoint.location())
                        .with("--dry-run"),
                folder);
        assertThat(dryRun.requireSuccess().out())
                .contains("images         " + uploads.size() + ", ")
                .contains("pooler_output array<float> float32[96], last_hidden_state binary float32[65, 96]")
                .contains("batch size     8")
                .contains("tasks on 2 slots");
        assertThat(store.onDisk(output)).doesNotExist();
    }
}
