package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.report.RunRecord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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
    @TempDir
    private static Path folder;

    private static CellTableRuns tables;
    private static Map<String, List<Float>> vectors; // of the files, by name

    private String table;
    private String output;

    @BeforeAll
    static void start() {
        tables = CellTableRuns.onStore(folder, "cells");
        vectors = tables.vectorsOfFiles();
    }

    @AfterAll
    static void stop() {
        tables.close();
    }

    @BeforeEach
    void newFolders() {
        table = tables.newFolder();
        output = tables.newFolder();
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
        tables.files()
                .selectExpr("name AS sku", "kind", cell)
                .repartition(3)
                .write()
                .format(format)
                .save(table);
        if (format.equals("json")) { // its folder says nothing of its format
            table += "/*.json";
        }

        assertThat(tables.run(table, output, column, "sku").ok()).isEqualTo(vectors.size());
        assertThat(tables.vectors(output, path -> path)).isEqualTo(vectors);
        tables.rows(output).forEach((path, row) -> assertThat(path).startsWith(row.<String>getAs("kind")));
        assertThat(tables.spark().read().parquet(output).columns())
                .contains("sku", "kind")
                .doesNotContain("picture", "image");
        assertThat(tables.run(table, output, column, "sku").total())
                .as("the second run")
                .isZero();
    }

    @Test
    void rowsAreNamedByTheirStructOrTheirPlace() {
        table += "/a b%20c";
        tables.files()
                .where("kind = 'star'")
                .selectExpr("named_struct('bytes', content, 'path', if(name LIKE '%1.%', name, null)) AS image")
                .coalesce(1)
                .write()
                .parquet(table);

        assertThat(tables.run(table, output, "image", null).failed()).isZero();
        List<String> paths = List.copyOf(tables.rows(output).keySet());
        assertThat(paths)
                .filteredOn(path -> !path.startsWith("s3a:"))
                .allMatch(path -> path.contains("1."))
                .isNotEmpty();
        assertThat(paths)
                .filteredOn(path -> path.startsWith("s3a:"))
                .allMatch(path -> path.matches("\\Q" + table + "\\E/part-.*parquet#[0-9]+"));
        assertThat(tables.run(table, output, "image", null).total())
                .as("the second run")
                .isZero();
    }

    /** Equal pictures are one image, as ids that repeat would be. */
    @Test
    void rowsThatTheFormatDoesNotCountAreNamedByTheirDigest() {
        tables.files()
                .where("kind = 'star'")
                .selectExpr("content AS image", "explode(array(1, 2)) AS copy")
                .unionAll(tables.spark().sql("SELECT cast(null AS binary) AS image, 1 AS copy"))
                .write()
                .orc(table);
        RunRecord record = tables.run(table, output, "image", null);
        assertThat(record.images()).isEqualTo(Map.of("ok", 6L, "missing", 1L));
        assertThat(record.places().omitted()).singleElement().satisfies(omission -> {
            assertThat(omission.reason()).isEqualTo("rows whose path another row has");
            assertThat(omission.count()).isEqualTo(6);
        });
        assertThat(tables.rows(output).keySet())
                .allMatch(path -> path.matches("\\Q" + table + "\\E#sha256:([0-9a-f]{64}|null)"));
        assertThat(tables.run(table, output, "image", null).images())
                .as("a null cell is tried again")
                .isEqualTo(Map.of("missing", 1L));
    }

    @Test
    void aRowWithoutAnImageIsAFailedRow() {
        tables.files()
                .where("name LIKE 'star-1%'")
                .selectExpr("content AS image", "explode(array('fine', 'null', 'empty', 'large', 'text')) AS id")
                .selectExpr(
                        "id",
                        "CASE id WHEN 'null' THEN null WHEN 'empty' THEN cast('' AS binary) WHEN 'text' THEN cast('text' AS"
                                + " binary) WHEN 'large' THEN cast(repeat('x', 500000) AS binary) ELSE image END AS image")
                .union(tables.spark().sql("SELECT explode(array(null, '')) AS id, cast('x' AS binary) AS image"))
                .write()
                .parquet(table);

        RunRecord record = tables.run(table, output, "image", "id", new ImageLimits(400_000, 10_000_000));
        assertThat(tables.rows(output).get("null").<String>getAs("error")).isEqualTo("the cell of the image is null");
        assertThat(tables.rows(output).get("large").<String>getAs("error"))
                .isEqualTo("500000 bytes; the limit is 400000 (--max-image-bytes)");
        assertThat(tables.rows(output).values().stream()
                        .collect(Collectors.toMap(row -> row.getAs("path"), row -> row.<String>getAs("status"))))
                .isEqualTo(Map.of(
                        "fine", "ok",
                        "null", "missing",
                        "empty", "empty",
                        "large", "too_large",
                        "text", "not_an_image"));
        assertThat(record.places().omitted()).singleElement().satisfies(omission -> assertThat(omission.count())
                .as("rows without an id")
                .isEqualTo(2));
    }

    @Test
    void repeatedPathsOfStructsNeedAnId() {
        tables.files()
                .where("kind = 'star'")
                .selectExpr("name", "named_struct('bytes', content, 'path', 'image.png') AS image")
                .write()
                .parquet(table);
        long repeated = tables.files().where("kind = 'star'").count() - 1;
        for (String column : List.of("image", "image.bytes")) {
            assertThatThrownBy(() -> tables.run(table, output, column, null))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(
                            "In " + repeated + " rows of " + table + " the column '" + column
                                    + "' has the path of another row. Name a column that tells the rows apart with --id-column.");
        }
        assertThat(tables.run(table, output, "image", "name").ok()).isEqualTo(repeated + 1);
    }

    /** As a person has saved the frame of Spark's source of tables.files(). */
    @Test
    void filesOfSparksBinaryFileAreRead() {
        tables.files().drop("name", "kind").write().parquet(table);
        assertThat(tables.run(table, output, "content", null).ok()).isEqualTo(vectors.size());
        assertThat(tables.vectors(output, path -> path.replaceFirst(".*/", ""))).isEqualTo(vectors);
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
        tables.spark()
                .createDataFrame(rows, new StructType().add("image", image))
                .write()
                .parquet(table);
        tables.run(table, output, "image", null);
        assertThat(tables.rows(output).get("invalid").<String>getAs("status")).isEqualTo("empty");
        Object fromPixels = tables.rows(output).get("fine").getAs("pooler_output");

        tables.spark()
                .createDataFrame(
                        List.of(RowFactory.create("file", png)),
                        new StructType().add("id", "string").add("png", "binary"))
                .write()
                .parquet(table + "-files");
        table += "-files";
        output = tables.newFolder();
        tables.run(table, output, "png", "id");
        assertThat(fromPixels)
                .isNotNull()
                .isEqualTo(tables.rows(output).get("file").getAs("pooler_output"));
    }

    @Test
    void otherColumnsAreNoImages() {
        tables.files().selectExpr("length AS size").write().parquet(table);
        assertThatThrownBy(() -> tables.run(table, output, "size", null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The column 'size' of " + table + " holds bigint. It must hold files as binary");
        assertThatThrownBy(() -> tables.run(table, output, "image", null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no column 'image'. It has: struct<size:bigint>");
    }
}
