package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables on an S3 store whose cells are the demo pictures, in every form that people keep them in. */
final class CellTablesIT {
    private static final String PICTURES =
            Path.of("demo/pictures").toAbsolutePath().toString();

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static Dataset<Row> files; // path, modificationTime, length, content, name, kind
    private static Map<String, List<Float>> vectors; // of the files, by name

    private String table;
    private String output;

    @BeforeAll
    static void start() {
        store = ObjectStore.start(folder.resolve("store"), "cells");
        spark = LocalSpark.session(store);
        files = spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", true)
                .load(PICTURES)
                .selectExpr(
                        "*",
                        "substring_index(path, '/', -1) AS name",
                        "substring_index(substring_index(path, '/', -2), '/', 1) AS kind");
        String features = store.newFolder("cells");
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(PICTURES)
                        .columns("pooler_output")
                        .output(features)
                        .build());
        vectors = vectors(features, path -> path.replaceFirst(".*/", ""));
    }

    @AfterAll
    static void stop() {
        spark.stop();
        store.close();
    }

    @BeforeEach
    void newFolders() {
        table = store.newFolder("cells");
        output = store.newFolder("cells");
    }

    private static Map<String, List<Float>> vectors(String features, Function<String, String> name) {
        return spark.read().parquet(features).where("status = 'ok'").collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> name.apply(row.getAs("path")), row -> row.getList(row.fieldIndex("pooler_output"))));
    }

    private RunRecord run(String imageColumn, String idColumn) {
        return run(imageColumn, idColumn, ImageLimits.DEFAULT);
    }

    private RunRecord run(String imageColumn, String idColumn, ImageLimits limits) {
        return Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(new InputRequest.CellTable(table, imageColumn, Optional.ofNullable(idColumn)))
                        .columns("pooler_output")
                        .output(output)
                        .images(new ImageRequest(DecodeOptions.STANDARD, limits))
                        .maxFailures(FailureLimit.parse("100%"))
                        .build());
    }

    private Map<String, Row> rows() {
        return spark.read().parquet(output).collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> row.getAs("path"),
                        row -> row,
                        (a, b) -> b.<String>getAs("run").compareTo(a.getAs("run")) > 0 ? b : a,
                        TreeMap::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "parquet | content AS picture | picture",
                "orc | content AS picture | picture",
                "parquet | named_struct('bytes', content, 'path', 'x') AS image | image.bytes",
                "parquet | base64(content) AS text | text",
                "json | concat('data:image/png;base64,', base64(content)) AS text | text"
            })
    void cellsHaveTheVectorsOfTheFiles(String format, String cell, String column) {
        files.selectExpr("name AS sku", "kind", cell)
                .repartition(3)
                .write()
                .format(format)
                .save(table);
        if (format.equals("json")) { // its folder says nothing of its format
            table += "/*.json";
        }

        assertThat(run(column, "sku").ok()).isEqualTo(vectors.size());
        assertThat(vectors(output, path -> path)).isEqualTo(vectors);
        rows().forEach((path, row) -> assertThat(path).startsWith(row.<String>getAs("kind")));
        assertThat(spark.read().parquet(output).columns())
                .contains("sku", "kind")
                .doesNotContain("picture", "image");
        assertThat(run(column, "sku").total()).as("the second run").isZero();
    }

    @Test
    void rowsAreNamedByTheirStructOrTheirPlace() {
        files.where("kind = 'star'")
                .selectExpr("named_struct('bytes', content, 'path', if(name LIKE '%1.%', name, null)) AS image")
                .coalesce(1)
                .write()
                .parquet(table);

        assertThat(run("image", null).failed()).isZero();
        List<String> paths = List.copyOf(rows().keySet());
        assertThat(paths)
                .filteredOn(path -> !path.startsWith("s3a:"))
                .allMatch(path -> path.contains("1."))
                .isNotEmpty();
        assertThat(paths)
                .filteredOn(path -> path.startsWith("s3a:"))
                .allMatch(path -> path.matches(table + "/part-.*parquet#[0-9]+"));
        assertThat(run("image", null).total()).as("the second run").isZero();
    }

    @Test
    void aRowWithoutAnImageIsAFailedRow() {
        files.where("name LIKE 'star-1%'")
                .selectExpr("content AS image", "explode(array('fine', 'null', 'empty', 'large', 'text')) AS id")
                .selectExpr(
                        "id",
                        "CASE id WHEN 'null' THEN null WHEN 'empty' THEN cast('' AS binary) WHEN 'text' THEN cast('text' AS"
                                + " binary) WHEN 'large' THEN cast(repeat('x', 500000) AS binary) ELSE image END AS image")
                .union(spark.sql("SELECT null AS id, cast('x' AS binary) AS image"))
                .write()
                .parquet(table);

        RunRecord record = run("image", "id", new ImageLimits(400_000, 10_000_000));
        assertThat(rows().values().stream()
                        .collect(Collectors.toMap(row -> row.getAs("path"), row -> row.<String>getAs("status"))))
                .isEqualTo(Map.of(
                        "fine", "ok",
                        "null", "missing",
                        "empty", "empty",
                        "large", "too_large",
                        "text", "not_an_image"));
        assertThat(record.places().omitted()).singleElement().satisfies(omission -> assertThat(omission.count())
                .isOne());
    }

    @Test
    void aRunDoesTheRowsWhoseBytesHaveChanged() {
        files.where("kind IN ('star', 'ring')")
                .selectExpr("name AS id", "content AS image")
                .write()
                .parquet(table);
        long all = run("image", "id").ok();

        table = store.newFolder("cells");
        files.where("kind IN ('star', 'ring', 'cross')")
                .selectExpr("name AS id", "if(kind = 'ring', concat(content, cast('x' AS binary)), content) AS image")
                .write()
                .parquet(table);
        assertThat(run("image", "id").ok()).as("changed and new ones").isEqualTo(all);
    }

    @Test
    void aRunDoesTheRowsWhosePictureIsGone() {
        files.where("kind = 'star'").selectExpr("name AS id", "content AS image").write().parquet(table);
        run("image", "id");

        table = store.newFolder("cells");
        files.where("kind = 'star'")
                .selectExpr("name AS id", "if(name LIKE '%1.%', null, content) AS image")
                .write()
                .parquet(table);
        long gone = files.where("kind = 'star' AND name LIKE '%1.%'").count();
        assertThat(gone).isPositive();
        assertThat(run("image", "id").failed()).isEqualTo(gone);
        assertThat(rows().values())
                .filteredOn(row -> row.<String>getAs("path").contains("1."))
                .allSatisfy(row -> assertThat(row.<String>getAs("status")).isEqualTo("missing"));
    }

    @Test
    void ofSeveralRowsWithOneIdOneIsDoneOnce() {
        files.where("kind = 'star'").selectExpr("'same' AS id", "content AS image").write().parquet(table);
        assertThat(run("image", "id").ok()).isOne();
        assertThat(run("image", "id").total()).as("the second run").isZero();
    }

    @Test
    void repeatedPathsOfStructsNeedAnId() {
        files.where("kind = 'star'")
                .selectExpr("name", "named_struct('bytes', content, 'path', 'image.png') AS image")
                .write()
                .parquet(table);
        long repeated = files.where("kind = 'star'").count() - 1;
        assertThatThrownBy(() -> run("image", null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("In " + repeated + " rows of " + table + " the column 'image' has the path of another row."
                        + " Name a column that tells the rows apart with --id-column.");
        assertThat(run("image", "name").ok()).isEqualTo(repeated + 1);
    }

    /** As a person has saved the frame of Spark's source of files. */
    @Test
    void filesOfSparksBinaryFileAreRead() {
        files.drop("name", "kind").write().parquet(table);
        assertThat(run("content", null).ok()).isEqualTo(vectors.size());
        assertThat(vectors(output, path -> path.replaceFirst(".*/", ""))).isEqualTo(vectors);
    }

    /** Pixels of a picture without loss, as Spark's source of images gives them. */
    @Test
    void pixelsOfSparksImagesAreRead() throws IOException {
        byte[] png = Pictures.drawn("png", 75, 50, 1);
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
        byte[] pixels = new byte[3 * 75 * 50];
        for (int i = 0; i < 75 * 50; i++) {
            int rgb = picture.getRGB(i % 75, i / 75);
            pixels[3 * i] = (byte) rgb;
            pixels[3 * i + 1] = (byte) (rgb >> 8);
            pixels[3 * i + 2] = (byte) (rgb >> 16);
        }
        StructType image = new StructType()
                .add("origin", "string")
                .add("height", "int")
                .add("width", "int")
                .add("nChannels", "int")
                .add("mode", "int")
                .add("data", "binary");
        List<Row> rows = List.of(
                RowFactory.create(RowFactory.create("fine", 50, 75, 3, 16, pixels)),
                RowFactory.create(RowFactory.create("invalid", -1, -1, -1, -1, new byte[0])));
        spark.createDataFrame(rows, new StructType().add("image", image))
                .write()
                .parquet(table);
        run("image", null);
        assertThat(rows().get("invalid").<String>getAs("status")).isEqualTo("empty");
        Object fromPixels = rows().get("fine").getAs("pooler_output");

        spark.createDataFrame(
                        List.of(RowFactory.create("file", png)),
                        new StructType().add("id", "string").add("png", "binary"))
                .write()
                .parquet(table + "-files");
        table += "-files";
        output = store.newFolder("cells");
        run("png", "id");
        assertThat(fromPixels).isNotNull().isEqualTo(rows().get("file").getAs("pooler_output"));
    }

    @Test
    void otherColumnsAreNoImages() {
        files.selectExpr("length AS size").write().parquet(table);
        assertThatThrownBy(() -> run("size", null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The column 'size' of " + table + " holds bigint. It must hold files as binary");
        assertThatThrownBy(() -> run("image", null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no column 'image'. It has: struct<size:bigint>");
    }
}
