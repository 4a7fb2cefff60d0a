package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input lists in every format, on local files: twelve images and a path without a file. */
final class InputTablesIT {
    private static final int IMAGES = 12;
    private static final String MISSING = "missing.png";

    @TempDir
    private static Path images;

    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private static SparkSession spark;
    private static List<String> paths;

    @BeforeAll
    static void start() throws IOException {
        spark = LocalSpark.session();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            Path file = images.resolve("picture " + i + " é.png");
            all.add(Files.write(file, Pictures.drawn("png", 70 + i, 50, i)).toString());
        }
        all.add(3, images.resolve(MISSING).toString());
        paths = List.copyOf(all);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private ExtractRequest request(String list, String pathColumn) {
        return ExtractRequests.builder(cache)
                .input(new InputRequest.PathList(list, pathColumn))
                .output(folder + "/features")
                .build();
    }

    private Dataset<Row> extract(String list, String pathColumn) {
        ExtractRequest request = request(list, pathColumn);
        assertThat(Extract.run(spark, request).ok()).isEqualTo(IMAGES);
        return spark.read().parquet(request.output().folder());
    }

    /** SQL for the path at the index {@code id}. */
    private static String pathOfId() {
        String array = paths.stream().map(path -> "'" + path + "'").collect(Collectors.joining(","));
        return "element_at(array(" + array + "), cast(id AS int) + 1)";
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "parquet"})
    void otherColumnsOfATableAreCarriedThrough(String format) {
        String table = folder + "/table." + format;
        spark.range(paths.size())
                .selectExpr(
                        "concat('item-', id) AS sku", pathOfId() + " AS file", "cast(id AS string) AS `shelf number`")
                .write()
                .option("header", true)
                .format(format)
                .save(table);

        List<Row> rows = extract(table, "file").collectAsList();
        assertThat(rows).hasSize(paths.size());
        for (Row row : rows) {
            int id = Integer.parseInt(row.<String>getAs("shelf number"));
            assertThat(row.<String>getAs("sku")).isEqualTo("item-" + id);
            assertThat(row.<String>getAs("path")).isEqualTo("file:" + paths.get(id));
            boolean missing = paths.get(id).endsWith(MISSING);
            assertThat(row.<String>getAs("status")).isEqualTo(missing ? "missing" : "ok");
            assertThat(row.<Object>getAs("pooler_output") == null).isEqualTo(missing);
            assertThat(row.<Object>getAs("length") == null).isEqualTo(missing);
        }
    }

    @Test
    void carriedColumnsOfEveryTypeKeepTypeAndValues() {
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
        String table = folder + "/types.parquet";
        spark.range(paths.size())
                .selectExpr("if(id = 3, null, " + pathOfId() + ") AS path", "id")
                .selectExpr(
                        Stream.concat(Stream.of("path"), Arrays.stream(columns)).toArray(String[]::new))
                .write()
                .parquet(table);
        Dataset<Row> given = spark.read()
                .parquet(table)
                .where("path IS NOT NULL")
                .withColumn("path", functions.concat(functions.lit("file:"), functions.col("path")));

        Dataset<Row> rows = extract(table, "path");
        Column[] carried = Arrays.stream(given.columns()).map(functions::col).toArray(Column[]::new);
        assertThat(rows.select(carried).schema()).isEqualTo(given.schema());
        assertThat(rows.select(carried).orderBy("path").toJSON().collectAsList())
                .isEqualTo(given.orderBy("path").toJSON().collectAsList());
    }

    @Test
    void aTextFileHasOnePathPerLine() throws IOException {
        Path list = Files.write(folder.resolve("list.txt"), paths);
        Dataset<Row> rows = extract(list.toString(), "path");
        assertThat(rows.select("path").as(Encoders.STRING()).collectAsList())
                .containsExactlyInAnyOrderElementsOf(
                        paths.stream().map(path -> "file:" + path).toList());
    }

    @Test
    void aColumnThatTheOutputHasTooIsRefused() {
        assertThatThrownBy(() -> extract(tableWithAStatus(), "path"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("carries a column 'Status', which is also a column of the output");
    }

    @Test
    void aMissingPathColumnIsRefusedAndTheColumnsAreNamed() {
        assertThatThrownBy(() -> extract(tableWithAStatus(), "file"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no column 'file'. It has: path, Status. Name one with --path-column.");
    }

    private String tableWithAStatus() {
        String table = folder + "/status.parquet";
        spark.range(1).selectExpr("'x' AS path", "1 AS Status").write().parquet(table);
        return table;
    }

    @Test
    void aMissingListIsRefused() {
        String list = folder + "/nowhere.csv";
        assertThatThrownBy(() -> extract(list, "path"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("Cannot read the input list " + list + ": no file of that name here: " + folder);
    }

    @Test
    void anEmptyListIsRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n\n");
        assertThatThrownBy(() -> extract(empty.toString(), "path"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("No images in " + empty);
    }
}
