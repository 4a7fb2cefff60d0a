package io.vitrine.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transformer adds what the job writes, on real files, and is a stage like any other. */
final class VitFeatureExtractorIT {
    private static final int PICTURES = 11;

    @TempDir
    private static Path photos;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static SparkSession spark;
    private static Map<String, Row> written; // by path, of the job

    @BeforeAll
    static void extract() throws IOException {
        spark = LocalSpark.session();
        for (int i = 0; i < PICTURES; i++) {
            Files.write(
                    photos.resolve(String.format("%02d.jpg", i)),
                    Pictures.drawn(i % 2 == 0 ? "jpg" : "png", 60 + 7 * i, 90 - 3 * i, i));
        }
        Files.writeString(photos.resolve("05-notes.jpg"), "no picture");
        Path output = shared.resolve("features");
        Extract.run(
                spark,
                ExtractRequests.builder(shared)
                        .input(photos.toString())
                        .columns("pooler_output", "cls", "label")
                        .output(output.toString())
                        .build());
        written = new HashMap<>();
        spark.read().parquet(output + "/run=*").collectAsList().forEach(row -> written.put(row.getAs("path"), row));
        assertThat(written).hasSize(PICTURES + 1);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static VitFeatureExtractor extractor() {
        return new VitFeatureExtractor()
                .setModelUrl(DemoCheckpoint.location())
                .setCache(shared.resolve("cache").toString())
                .setBatchSize(ExtractRequests.BATCH_SIZE);
    }

    private static Dataset<Row> files() {
        return spark.read().format("binaryFile").load(photos.toString());
    }

    /** What the job wrote for a row's path is what the row has. */
    private static void assertIsTheJobs(Row row, String column, String output) {
        Row expected = written.get(row.<String>getAs("path"));
        assertThat(row.<String>getAs("status")).isEqualTo(expected.getAs("status"));
        assertThat(row.<String>getAs("error")).isEqualTo(expected.getAs("error"));
        if (row.getAs("status").equals("ok")) {
            assertThat(bits(row.getAs(column))).isEqualTo(bits(expected.getAs(output)));
        } else {
            assertThat(row.isNullAt(row.fieldIndex(column))).isTrue();
        }
    }

    private static int[] bits(Object vector) {
        double[] values = vector instanceof Vector dense
                ? dense.toArray()
                : scala.collection.JavaConverters.seqAsJavaList((scala.collection.Seq<?>) vector).stream()
                        .mapToDouble(value -> (float) value)
                        .toArray();
        return Arrays.stream(values)
                .mapToInt(value -> Float.floatToRawIntBits((float) value))
                .toArray();
    }

    @Test
    void vectorsAreTheJobs() {
        List<Row> rows = extractor().setOutputCol("v").embed(files()).collectAsList();
        assertThat(rows).hasSize(PICTURES + 1);
        rows.forEach(row -> assertIsTheJobs(row, "v", "pooler_output"));
        assertThat(rows.stream().filter(row -> row.getAs("status").equals("not_an_image")))
                .hasSize(1);
    }

    @Test
    void severalColumnsHaveTheirNamesAndTypes() {
        Dataset<Row> rows = extractor()
                .setColumns("cls", "label")
                .setOutputCols("token", "class")
                .setVectorForm("array")
                .transform(files());
        assertThat(rows.schema().apply("token").dataType().simpleString()).isEqualTo("array<float>");
        rows.collectAsList().forEach(row -> {
            assertIsTheJobs(row, "token", "cls");
            assertIsLabel(row);
        });
    }

    private static void assertIsLabel(Row row) {
        assertThat(row.<String>getAs("class"))
                .isEqualTo(written.get(row.<String>getAs("path")).getAs("label"));
    }

    @Test
    void theSchemaIsKnownBefore() {
        VitFeatureExtractor extractor = extractor().setColumns("cls", "last_hidden_state", "label");
        assertThat(extractor.transformSchema(files().schema()))
                .isEqualTo(extractor.transform(files()).schema());
    }

    @Test
    void pathsAndHuggingFacesStructsAreImagesToo() {
        Dataset<Row> paths = files().select("path");
        extractor()
                .setInputCol("path")
                .transform(paths)
                .collectAsList()
                .forEach(row -> assertIsTheJobs(row, "features", "pooler_output"));
        Dataset<Row> structs = files().select(
                        col("path"),
                        struct(
                                        col("content").as("bytes"),
                                        lit(null).cast("string").as("path"))
                                .as("image"))
                .union(files().select(
                                col("path"),
                                struct(
                                                lit(null).cast("binary").as("bytes"),
                                                col("path").as("path"))
                                        .as("image")));
        List<Row> rows = extractor().setInputCol("image").transform(structs).collectAsList();
        assertThat(rows).hasSize(2 * (PICTURES + 1));
        rows.forEach(row -> assertIsTheJobs(row, "features", "pooler_output"));
    }

    @Test
    void nullsAreRowsAndTheOrderStays() {
        Dataset<Row> ordered =
                files().orderBy("path").withColumn("null", lit(null).cast("binary"));
        List<String> before = ordered.select("path").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        List<Row> rows = extractor().setInputCol("null").transform(ordered).collectAsList();
        assertThat(rows.stream().map(row -> row.<String>getAs("path"))).containsExactlyElementsOf(before);
        rows.forEach(row -> {
            assertThat(row.<String>getAs("status")).isEqualTo("missing");
            assertThat(row.<String>getAs("error")).isEqualTo("the cell of the image is null");
            assertThat(row.<Object>getAs("features")).isNull();
        });
        assertThat(extractor().transform(ordered).select("path").collectAsList().stream()
                        .map(row -> row.getString(0)))
                .containsExactlyElementsOf(before);
    }

    @Test
    void theFilesAreDroppedWithTheirBatchUnlessTheyAreWanted() {
        Dataset<Row> all = extractor().transform(files());
        assertThat(kept(all.select("path", "features"))).contains("path").doesNotContain("content");
        Dataset<Row> twice = extractor()
                .setOutputCol("again")
                .setStatusCol("status2")
                .setErrorCol("error2")
                .transform(all)
                .where("path < 'a'");
        assertThat(twice.queryExecution().executedPlan().toString())
                .containsPattern("(?s)EmbedImages.*EmbedImages.*Filter")
                .doesNotContainPattern("(?s)Filter.*EmbedImages");
        Dataset<Row> ok = all.where("status = 'ok'").select("path", "features");
        assertThat(kept(ok)).contains("path").doesNotContain("content");
        assertThat(ok.count()).isEqualTo(PICTURES);
        assertThat(kept(all)).contains("content");
        assertThat(all.select("features").collectAsList()).hasSize(PICTURES + 1);
    }

    private static String kept(Dataset<Row> rows) {
        String node = rows.queryExecution().executedPlan().toString();
        return node.substring(node.indexOf("EmbedImages"))
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceFirst("content#\\d+", "");
    }

    @Test
    void rowsAreCachedAndJoinedWithThemselves() {
        Dataset<Row> rows =
                extractor().transform(files()).select("path", "features").cache();
        assertThat(rows.count()).isEqualTo(PICTURES + 1);
        assertThat(extractorPlan(rows.select("features"))).contains("InMemoryTableScan");
        Dataset<Row> both = rows.as("a").join(rows.as("b"), col("a.path").equalTo(col("b.path")));
        assertThat(both.where("a.features = b.features").count()).isEqualTo(PICTURES);
        rows.unpersist();
    }

    private static String extractorPlan(Dataset<Row> rows) {
        return rows.queryExecution().executedPlan().toString();
    }

    @Test
    void aPipelineSavedLoadedAndRunGivesTheSameVectors() throws Exception {
        PipelineModel fitted = new Pipeline()
                .setStages(new PipelineStage[] {
                    extractor().setOutputCol("v"),
                    new Normalizer().setInputCol("v").setOutputCol("unit")
                })
                .fit(files());
        String saved = folder.resolve("pipeline").toString();
        fitted.save(saved);
        PipelineModel loaded = PipelineModel.load(saved);
        Dataset<Row> ok = files().where("path not like '%notes%'");
        assertThat(loaded.transform(ok).select("path", "v", "unit").collectAsList())
                .isEqualTo(fitted.transform(ok).select("path", "v", "unit").collectAsList())
                .hasSize(PICTURES)
                .allSatisfy(row -> assertThat(bits(row.get(1)))
                        .isEqualTo(bits(written.get(row.getString(0)).getAs("pooler_output"))));
    }

    @Test
    void parametersAreKeptInFilesAndCopies() throws Exception {
        VitFeatureExtractor set =
                extractor().setNormalize(true).setColumns("cls").setImageSize("48x64");
        set.save(folder.resolve("stage").toString());
        VitFeatureExtractor read =
                VitFeatureExtractor.load(folder.resolve("stage").toString());
        VitFeatureExtractor copy = set.copy(new ParamMap().put(set.batchSize(), 3));
        assertThat(read.uid()).isEqualTo(set.uid()).isEqualTo(copy.uid());
        assertThat(read.request()).isEqualTo(set.request());
        assertThat(copy.request().tasks().batchSize()).hasValue(3);
        assertThat(copy.request().features()).isEqualTo(set.request().features());
    }

    @Test
    void aWatchedFolderIsAStream() throws Exception {
        Path watched = Files.createDirectory(folder.resolve("watched"));
        Files.copy(photos.resolve("00.jpg"), watched.resolve("00.jpg"));
        Dataset<Row> stream =
                spark.readStream().format("binaryFile").schema(files().schema()).load(watched.toString());
        var query = extractor()
                .transform(stream)
                .select("path", "features", "status")
                .writeStream()
                .format("memory")
                .queryName("streamed")
                .start();
        try {
            query.processAllAvailable();
            assertThat(spark.table("streamed").count()).isEqualTo(1);
            Files.copy(photos.resolve("01.jpg"), watched.resolve("01.jpg"));
            Files.writeString(watched.resolve("02.jpg"), "none", StandardCharsets.UTF_8);
            query.processAllAvailable();
        } finally {
            query.stop();
        }
        List<Row> rows = spark.table("streamed").orderBy("path").collectAsList();
        assertThat(rows.stream().map(row -> row.getString(2))).containsExactly("ok", "ok", "not_an_image");
        for (int i = 0; i < 2; i++) {
            Row expected = written.get("file:" + photos.resolve("0" + i + ".jpg"));
            assertThat(bits(rows.get(i).get(1))).isEqualTo(bits(expected.getAs("pooler_output")));
        }
    }

    @Test
    void tasksShareOneModel() throws Exception {
        List<Integer> loads = Collections.synchronizedList(new ArrayList<>());
        SparkListener listener = new SparkListener() {
            @Override
            public void onStageCompleted(SparkListenerStageCompleted stage) {
                stage.stageInfo().accumulables().values().foreach(value -> {
                    if (value.name().contains("vitrine.model-loads")) {
                        loads.add(((List<?>) value.value().get()).size());
                    }
                    return null;
                });
            }
        };
        spark.sparkContext().addSparkListener(listener);
        VitFeatureExtractor extractor = extractor().setColumns("mean"); // which no other test loads
        Dataset<Row> rows = files().repartition(6);
        assertThat(extractor.transform(rows).collectAsList()).hasSize(PICTURES + 1);
        assertThat(extractor.transform(rows).collectAsList()).hasSize(PICTURES + 1);
        spark.sparkContext().listenerBus().waitUntilEmpty();
        spark.sparkContext().removeSparkListener(listener);
        assertThat(loads.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
    }

    /** Java decodes the PNGs of the test as Pillow does, so their pixels give the job's vectors. */
    @Test
    void thePixelsOfSparksOwnImagesAreTakenAsTheyAre() {
        List<Row> rows = extractor()
                .setInputCol("image")
                .transform(spark.read().format("image").load(photos.toString()))
                .selectExpr("image.origin AS path", "features", "status")
                .collectAsList();
        assertThat(rows).hasSize(PICTURES + 1);
        int pngs = 0;
        for (Row row : rows) {
            String path = row.getAs("path");
            if (path.endsWith("notes.jpg")) {
                assertThat(row.<String>getAs("status")).isEqualTo("empty");
            } else if (isPng(path)) {
                pngs++;
                String listed = path.replace("file:///", "file:/");
                assertThat(bits(row.getAs("features")))
                        .isEqualTo(bits(written.get(listed).getAs("pooler_output")));
            }
        }
        assertThat(pngs).isEqualTo(PICTURES / 2);
    }

    @Test
    void aCheckpointThatChangesIsReadAgain() throws IOException {
        Path changing = Files.createDirectory(shared.resolve("changing"));
        VitFeatureExtractor extractor = extractor().setModelUrl(changing.toString());
        replace(DemoCheckpoint.FOLDER, changing);
        assertThat(bits(extractor.transform(files().limit(1)).first().getAs("features")))
                .hasSize(96);
        replace(Path.of("src/test/resources/oracle/checkpoints/vit-cls"), changing);
        assertThat(bits(extractor.transform(files().limit(1)).first().getAs("features")))
                .hasSize(40);
    }

    private static void replace(Path from, Path to) throws IOException {
        for (Path old : Folders.files(to)) {
            Files.delete(old);
        }
        for (Path file : Folders.files(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    /** Pictures are by turns JPEGs and PNGs, all named .jpg. */
    private static boolean isPng(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return Integer.parseInt(name.substring(0, 2)) % 2 == 1;
    }

    @Test
    void whatCannotWorkIsRefusedBeforeAnyWork() {
        StructType schema = files().schema();
        assertThatThrownBy(() -> new VitFeatureExtractor().transform(files()))
                .hasMessageContaining("Call setModel with a folder or a name on the Hub");
        assertThatThrownBy(() -> extractor().setInputCol("length").transformSchema(schema))
                .hasMessageContaining("The column 'length' holds bigint. It must hold image files as binary");
        assertThatThrownBy(() -> extractor().setInputCol("picture").transformSchema(schema))
                .hasMessageContaining(
                        "There is no column 'picture'. There are: path, modificationTime, length, content");
        assertThatThrownBy(() -> extractor().setOutputCol("Path").transform(files()))
                .hasMessageContaining("There is a column 'Path' already");
        assertThatThrownBy(() -> extractor().setOutputCols("a", "b").transform(files()))
                .hasMessageContaining("outputCols has 2 names, but there are 1 feature columns: pooler_output");
        assertThatThrownBy(() -> extractor().setPrecision("fp64")).hasMessageContaining("fp64");
        assertThatThrownBy(() -> extractor().setImageSize("large").transform(files()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'large' is neither a side (384)");
    }
}
