package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables on an S3 store whose cells are the demo pictures, in every form that people keep them in. */
final class CellTablesIT {
    private static final String PICTURES = Path.of("demo/pictures").toAbsolutePath().toString();

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
                        row -> row.getAs("path"), row -> row, (a, b) -> b.<String>getAs("run").compareTo(a.getAs("run")) > 0 ? b : a, TreeMap::new));
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
        files.selectExpr("name AS sku", "kind", cell).repartition(3).write().format(format).save(table);
        if (format.equals("json")) { // its folder says nothing of its format
            table += "/*.json";
        }

        assertThat(run(column, "sku").ok()).isEqualTo(vectors.size());
        assertThat(vectors(output, path -> path)).isEqualTo(vectors);
        rows().forEach((path, row) -> assertThat(path).startsWith(row.<String>getAs("kind")));
        assertThat(spark.read().parquet(output).columns()).contains("sku", "kind").doesNotContain("picture", "image");
        assertThat(run(column, "sku").total()).as("the second run").isZero();
    }
}
