package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.cli.ExitCode;
import io.vitrine.convert.TorchFile;
import io.vitrine.dev.sandbox.Folders;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.image.Pictures;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job as a person runs it: the launcher, the real SparkSubmit, a real S3 store with authentication, several
 * hundred images in a tree with bad files in every position of a batch.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExtractIT {
    private static final String IMAGES = "s3a://photos/catalog";
    private static final String FEATURES = "s3a://features/out";
    /** Batches of four: g good, b bad; bad first, second, third, last, all, none. */
    private static final String POSITIONS = "bggggbggggbggggbbbbbgggg";

    @TempDir
    private static Path folder;

    private final Map<String, byte[]> uploaded = new TreeMap<>(); // by path
    private final Map<String, String> bad = new TreeMap<>(); // the status each bad one must have
    private S3Store store;
    private SparkSession spark;
    private List<Row> rows;
    private StructType schema;
    private String printed;
    private JsonNode record;

    @BeforeAll
    void run() throws IOException {
        store = Sandbox.store(folder.resolve("s3"), "photos", "features", "models");
        draw();
        try (FileSystem fs =
                FileSystem.newInstance(new org.apache.hadoop.fs.Path(IMAGES).toUri(), Sandbox.configuration(store))) {
            uploaded.forEach((path, bytes) -> Sandbox.put(fs, path, bytes));
            Sandbox.put(fs, IMAGES + "/_notes/readme.txt", new byte[] {1});
        }
        try (FileSystem fs = FileSystem.newInstance(
                new org.apache.hadoop.fs.Path("s3a://models/").toUri(), Sandbox.configuration(store))) {
            for (String name : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
                Sandbox.put(fs, "s3a://models/demo/" + name, Files.readAllBytes(Sandbox.DEMO.resolve(name)));
            }
        }
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        int status = Sandbox.extract(store)
                .with("--input", IMAGES, "--output", FEATURES, "--model", "s3a://models/demo")
                .with("--model-cache", folder.resolve("cache").toString())
                .with("--columns", "pooler_output,last_hidden_state,logits")
                .with("--batch-size", "4", "--partitions", "3", "--max-pixels", "1000000")
                .run(out, err);
        printed = Files.readString(out);
        assertThat(status).as(printed + Files.readString(err)).isZero();
        assertThat(Files.readString(err)).doesNotContain("Exception");

        spark = Sandbox.session(store.settingsWithKeys());
        var table = spark.read().parquet(FEATURES);
        schema = table.schema();
        rows = table.orderBy("path").collectAsList();
        try (Stream<Path> records = Files.list(store.data().resolve("features/out/_vitrine"))) {
            record = JsonFile.read(
                    records.filter(file -> file.getFileName().toString().matches("[0-9].*\\.json"))
                            .findFirst()
                            .orElseThrow());
        }
    }

    @AfterAll
    void stop() {
        if (spark != null) {
            spark.stop();
        }
        store.close();
    }

    private void draw() throws IOException {
        try (Stream<Path> demo = Files.walk(Path.of("demo/pictures"))) {
            for (Path file : demo.filter(Files::isRegularFile).toList()) {
                uploaded.put(
                        IMAGES + "/" + file.getParent().getFileName() + "/" + file.getFileName(),
                        Files.readAllBytes(file));
            }
        }
        for (String name :
                List.of("a b.jpg", "c%20d%.jpg", "e+f.jpg", "g#h.jpg", "ünï/雪 1.jpg", "x[1]{2}.jpg", "q?.jpg")) {
            uploaded.put(IMAGES + "/names/" + name, Pictures.drawn("jpg", 50, 40, name.hashCode()));
        }
        for (int i = 0; i < 8 * POSITIONS.length(); i++) {
            String path = String.format("%s/positions/%d/%03d", IMAGES, i / 50, i);
            if (POSITIONS.charAt(i % POSITIONS.length()) == 'g') {
                uploaded.put(path, Pictures.drawn(i % 2 == 0 ? "jpg" : "png", 40 + i % 30, 60, i));
            } else {
                spoil(path, bad.size() % 6);
            }
        }
        assertThat(uploaded).hasSizeGreaterThan(200);
        assertThat(bad.values()).contains("empty", "not_an_image", "truncated", "too_large", "unsupported", "corrupt");
    }

    private void spoil(String path, int kind) {
        byte[] jpeg = Pictures.oracle("photo_420.jpg");
        byte[] png = Pictures.oracle("rgb.png");
        switch (kind) {
            case 0 -> spoil(path, "empty", new byte[0]);
            case 1 -> spoil(path, "not_an_image", "just text".getBytes(StandardCharsets.UTF_8));
            case 2 -> spoil(path, "truncated", Arrays.copyOf(jpeg, jpeg.length / 2));
            case 3 -> {
                png[18] = 0x7f; // some 32,000 pixels wide
                png[22] = 0x7f;
                spoil(path, "too_large", png);
            }
            case 4 -> spoil(path, "unsupported", "\0\0\0\u0018ftypheic".getBytes(StandardCharsets.ISO_8859_1));
            default -> {
                Arrays.fill(png, 60, png.length - 20, (byte) 7);
                spoil(path, "corrupt", png);
            }
        }
    }

    private void spoil(String path, String status, byte[] bytes) {
        uploaded.put(path, bytes);
        bad.put(path, status);
    }

    @Test
    void everyImageIsExactlyOneRow() {
        assertThat(rows).extracting(row -> row.getString(0)).containsExactlyInAnyOrderElementsOf(uploaded.keySet());
        assertThat(rows).allSatisfy(row -> assertThat(row.<Long>getAs("length"))
                .isEqualTo(uploaded.get(row.getString(0)).length));
        assertThat(rows).allSatisfy(row -> assertThat(row.<String>getAs("etag")).isNotEmpty());
    }

    @Test
    void everyBadFileHasItsReasonAndNoFeatures() {
        for (Row row : rows) {
            String expected = bad.getOrDefault(row.getString(0), "ok");
            assertThat(row.<String>getAs("status")).as(row.getString(0)).isEqualTo(expected);
            if (!expected.equals("ok")) {
                assertThat(row.<String>getAs("error")).isNotEmpty();
                assertThat(row.<Object>getAs("pooler_output")).isNull();
                assertThat(row.<Object>getAs("last_hidden_state")).isNull();
            }
        }
    }

    @Test
    void everyRowHasTheVectorsOfItsOwnImageRunAlone() {
        ModelPlan plan = ModelPlan.of(Sandbox.DEMO, Optional.empty());
        try (FeatureModel model =
                        FeatureModel.load(plan.onnxModel(List.of("pooler_output", "last_hidden_state", "logits")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            for (Row row : rows) {
                if (row.<String>getAs("status").equals("ok")) {
                    BatchFeatures alone = Sandbox.alone(runner, plan, uploaded.get(row.getString(0)));
                    assertClose(
                            row.getString(0),
                            row.getList(row.fieldIndex("pooler_output")),
                            alone.floats("pooler_output", 0));
                    assertClose(row.getString(0), row.getList(row.fieldIndex("logits")), alone.floats("logits", 0));
                    ByteBuffer bytes =
                            ByteBuffer.wrap(row.getAs("last_hidden_state")).order(ByteOrder.LITTLE_ENDIAN);
                    float[] hidden = alone.floats("last_hidden_state", 0);
                    assertThat(bytes.remaining()).isEqualTo(65 * 96 * 4);
                    for (float value : hidden) {
                        assertThat(bytes.getFloat()).isCloseTo(value, org.assertj.core.data.Offset.offset(1e-4f));
                    }
                }
            }
        }
    }

    private static void assertClose(String path, List<Float> actual, float[] expected) {
        assertThat(actual).as(path).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).as(path).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
        }
    }

    @Test
    void columnsSayWhatTheyHold() throws IOException {
        StructField hidden = schema.apply("last_hidden_state");
        assertThat(hidden.dataType().simpleString()).isEqualTo("binary");
        assertThat(hidden.metadata().getLongArray("shape")).containsExactly(65, 96);
        assertThat(hidden.metadata().getString("dtype")).isEqualTo("float32");
        Path part;
        try (Stream<Path> files = Files.walk(store.data().resolve("features/out"))) {
            part = files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        HadoopInputFile file = HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(part.toUri()), new org.apache.hadoop.conf.Configuration());
        try (ParquetFileReader reader = ParquetFileReader.open(file)) {
            Map<String, String> metadata = reader.getFileMetaData().getKeyValueMetaData();
            assertThat(metadata)
                    .containsEntry("vitrine.fingerprint", Fingerprint.of(Sandbox.DEMO))
                    .containsEntry("vitrine.precision", "fp32")
                    .containsEntry("vitrine.model", "s3a://models/demo")
                    .containsKeys("vitrine.preprocessing", "vitrine.run", "vitrine.version.onnxruntime");
            assertThat(metadata.get("vitrine.column.last_hidden_state")).contains("\"shape\":[65,96]");
            assertThat(reader.getFileMetaData().getSchema().toString())
                    .contains("required float element"); // no null within a vector
        }
    }

    @Test
    void theRecordSaysWhatHappened() {
        assertThat(record.path("total").asInt()).isEqualTo(uploaded.size());
        assertThat(record.path("images").path("ok").asInt()).isEqualTo(uploaded.size() - bad.size());
        assertThat(record.path("images").path("truncated").asLong())
                .isEqualTo(bad.values().stream().filter("truncated"::equals).count());
        assertThat(record.path("model_loads")).hasSize(1); // three tasks, one executor
        assertThat(record.path("partitions").asInt()).isEqualTo(3);
        assertThat(printed)
                .contains(uploaded.size() + " images: " + (uploaded.size() - bad.size()) + " ok, " + bad.size()
                        + " failed");
        assertThat(printed).contains("model loaded once");
    }

    @Test
    void theCheckpointIsCopiedOnceUsedAgainAndHealsWhenDamaged() throws IOException {
        Path cache = folder.resolve("cache");
        Path copy;
        try (Stream<Path> copies = Files.list(cache)) {
            copy = copies.filter(
                            path -> Files.exists(path.resolve("model.safetensors"))) // PyTorch's archives lie beside it
                    .findFirst()
                    .orElseThrow();
        }
        Path weights = copy.resolve("model.safetensors");
        assertThat(weights).hasSameBinaryContentAs(Sandbox.DEMO.resolve("model.safetensors"));

        Object made = Files.readAttributes(copy, "unix:ino").get("ino");
        assertThat(CheckpointFetcher.fetch("s3a://models/demo", cache, Sandbox.configuration(store))
                        .folder())
                .isEqualTo(copy);
        assertThat(Files.readAttributes(copy, "unix:ino")).containsEntry("ino", made);

        Files.write(weights, new byte[100]);
        CheckpointFetcher.fetch("s3a://models/demo", cache, Sandbox.configuration(store))
                .folder();
        assertThat(weights).hasSameBinaryContentAs(Sandbox.DEMO.resolve("model.safetensors"));
        Files.delete(weights);
        CheckpointFetcher.fetch("s3a://models/demo", cache, Sandbox.configuration(store))
                .folder();
        assertThat(weights).hasSameBinaryContentAs(Sandbox.DEMO.resolve("model.safetensors"));
    }

    @Test
    void shardsOnSharedStorageAreCopiedByTheirIndexAndConvertedHere() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        Path local = small.writeConfig(folder.resolve("sharded-bin"));
        List<String> names = List.copyOf(small.shapes().keySet());
        TorchFile.write(small, names.subList(0, 9), local.resolve("pytorch_model-1.bin"));
        TorchFile.write(small, names.subList(9, names.size()), local.resolve("pytorch_model-2.bin"));
        Files.writeString(
                local.resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\": {\"a\": \"pytorch_model-1.bin\", \"b\": \"pytorch_model-2.bin\"}}");
        Files.writeString(local.resolve("optimizer.bin"), "not needed");
        Configuration configuration = Sandbox.configuration(store);
        try (FileSystem fs =
                        FileSystem.newInstance(new org.apache.hadoop.fs.Path("s3a://models/").toUri(), configuration);
                Stream<Path> files = Files.list(local)) {
            for (Path file : files.toList()) {
                Sandbox.put(fs, "s3a://models/sharded/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        Path cache = folder.resolve("sharded-cache");
        CheckpointFetcher.Local fetched = CheckpointFetcher.fetch("s3a://models/sharded", cache, configuration);
        assertThat(fetched.location()).isEqualTo("s3a://models/sharded");
        assertThat(Checkpoint.open(fetched.folder()).weights().names()).containsExactlyInAnyOrderElementsOf(names);
        try (Stream<Path> copied = Files.walk(cache)) {
            assertThat(copied.map(file -> file.getFileName().toString()))
                    .contains("pytorch_model-2.bin")
                    .doesNotContain("optimizer.bin");
        }
    }

    @Test
    void anotherModelOnTheSameOutputIsRefusedAndADryRunDoesNothing() throws IOException {
        Path other = folder.resolve("other");
        Folders.copy(Sandbox.DEMO, other);
        Files.writeString(other.resolve("config.json"), Files.readString(other.resolve("config.json")) + " ");
        Path err = folder.resolve("second.txt");
        int second = Sandbox.extract(store)
                .with("--input", IMAGES, "--output", FEATURES, "--model", other.toString())
                .run(folder.resolve("second-out.txt"), err);
        assertThat(second).isEqualTo(ExitCode.OUTPUT_CONFLICT.status());
        assertThat(Files.readString(err))
                .contains("error: The output s3a://features/out holds features made otherwise: ")
                .contains("; fingerprint is ");

        Path out = folder.resolve("dry.txt");
        int dry = Sandbox.extract(store)
                .with(
                        "--input",
                        IMAGES,
                        "--output",
                        "s3a://features/dry",
                        "--model",
                        Sandbox.DEMO.toString(),
                        "--dry-run")
                .run(out, err);
        assertThat(dry).isZero();
        assertThat(Files.readString(out))
                .contains("images         " + uploaded.size() + ", ")
                .contains("pooler_output array<float> float32[96], last_hidden_state binary float32[65, 96]")
                .contains("batch size     8")
                .contains("tasks on 2 slots");
        assertThat(store.data().resolve("features/dry")).doesNotExist();
    }
}
