package io.vitrine.vectors;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two runs on each table format: between them one picture changes, one breaks, one goes, and one comes. */
final class CurrentVectorsIT {
    @TempDir
    private static Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        SparkConf conf = LocalSpark.conf(Map.of());
        OutputFormat.delta.settings(conf).forEach(conf::set);
        spark = SparkSession.builder().config(conf).getOrCreate();
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (String name : List.of("same", "changed", "broken", "gone")) {
            Files.write(pictures.resolve(name + ".png"), Pictures.drawn("png", 40, 30, name.length()));
        }
        for (OutputFormat format : OutputFormat.values()) {
            extract(pictures, format);
        }
        Files.write(pictures.resolve("changed.png"), Pictures.drawn("png", 50, 30, 99));
        Files.writeString(pictures.resolve("broken.png"), "no picture");
        Files.delete(pictures.resolve("gone.png"));
        Files.write(pictures.resolve("new.png"), Pictures.drawn("png", 20, 30, 5));
        for (OutputFormat format : OutputFormat.values()) {
            extract(pictures, format);
        }
    }

    private static void extract(Path pictures, OutputFormat format) {
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(pictures.toString())
                        .output(new Destination(output(format), format))
                        .columns("pooler_output", "last_hidden_state")
                        .rerun(RerunPolicy.builder()
                                .missing(RerunPolicy.Missing.MARK_DELETED)
                                .build())
                        .build());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static String output(OutputFormat format) {
        return folder.resolve("out-" + format).toString();
    }

    private static Map<String, Row> byName(CurrentVectors vectors) {
        Map<String, Row> rows = new TreeMap<>();
        vectors.rows().collectAsList().forEach(row -> rows.put(row.getString(0).replaceAll(".*/|\\.png", ""), row));
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    void theNewestOkRowOfEachImageCounts(OutputFormat format) {
        CurrentVectors vectors = CurrentVectors.open(spark, output(format), "pooler_output");
        Map<String, Row> rows = byName(vectors);
        assertThat(rows).containsOnlyKeys("same", "changed", "new");
        assertThat(vectors.runs()).hasSize(3); // with the run of the rows of deleted images
        assertThat(rows.get("same").<String>getAs("run"))
                .isEqualTo(vectors.runs().get(0));
        assertThat(rows.get("changed").<String>getAs("run"))
                .isEqualTo(vectors.runs().get(1));
        assertThat(rows.get("changed").<Long>getAs("length"))
                .isEqualTo(folder.resolve("pictures/changed.png").toFile().length());
        assertThat(rows.values())
                .allSatisfy(row -> assertThat(row.<Float>getList(4)).hasSize(96));
        assertThat(vectors.source())
                .returns(96, VectorSource::dimension)
                .returns("none", VectorSource::norm)
                .returns("pooler_output", VectorSource::column);
        assertThat(vectors.source().fingerprint()).hasSizeGreaterThanOrEqualTo(64);
    }

    @Test
    void aColumnWithoutVectorsIsRefused() {
        assertThatThrownBy(() -> CurrentVectors.open(spark, output(OutputFormat.parquet), "last_hidden_state"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no vectors last_hidden_state. Choose one of its columns with --column:"
                        + " pooler_output.");
        CurrentVectors vectors = CurrentVectors.open(spark, output(OutputFormat.parquet), "pooler_output");
        assertThatThrownBy(() -> vectors.rows("label"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no carried column label. It carries: none.");
    }

    @Test
    void runsOfAnotherCheckpointAreRefused() throws IOException {
        Path copy = folder.resolve("mixed");
        Folders.copy(Path.of(output(OutputFormat.parquet)), copy);
        CurrentVectors whole = CurrentVectors.open(spark, copy.toString(), "pooler_output");
        Path record = copy.resolve("_vitrine").resolve(whole.runs().get(1) + ".json");
        Files.deleteIfExists(record.resolveSibling("." + record.getFileName() + ".crc"));
        String fingerprint = whole.source().fingerprint();
        Files.writeString(record, Files.readString(record).replace(fingerprint, "another"));
        assertThatThrownBy(() -> CurrentVectors.open(spark, copy.toString(), "pooler_output"))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("mixes runs of different checkpoints: run "
                        + whole.runs().get(1) + " has fingerprint another");
    }

    @Test
    void aRowWithoutItsVectorEndsTheQuery() throws IOException {
        Path copy = folder.resolve("damaged");
        Folders.copy(Path.of(output(OutputFormat.parquet)), copy);
        String run = CurrentVectors.open(spark, copy.toString(), "pooler_output")
                .runs()
                .get(1);
        Path rows = copy.resolve("run=" + run);
        spark.read()
                .parquet(rows.toString())
                .withColumn("pooler_output", expr("transform(pooler_output, x -> float('nan'))"))
                .write()
                .parquet(copy + "-new");
        Folders.delete(rows);
        Files.move(Path.of(copy + "-new"), rows);
        CurrentVectors vectors = CurrentVectors.open(spark, copy.toString(), "pooler_output");
        assertThatThrownBy(() ->
                        SparkFailures.explain("read", copy, () -> vectors.rows().collectAsList()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("is ok, but its pooler_output is no vector of 96 finite numbers");
    }

    /** As where another program has copied a file of rows into its own folder. */
    @Test
    void twoNewestRowsOfAnImageEndTheQuery() throws IOException {
        Path copy = folder.resolve("twins");
        Folders.copy(Path.of(output(OutputFormat.parquet)), copy);
        String run = CurrentVectors.open(spark, copy.toString(), "pooler_output")
                .runs()
                .get(1);
        Path rows = copy.resolve("run=" + run);
        for (Path file : Folders.files(rows)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".parquet")) {
                Files.copy(file, file.resolveSibling("copy-" + name));
            }
        }
        CurrentVectors vectors = CurrentVectors.open(spark, copy.toString(), "pooler_output");
        assertThatThrownBy(() -> SparkFailures.explain(
                        "read", copy, () -> vectors.rows().select("path").count()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("has two newest rows of file:")
                .hasMessageContaining(", both in run " + run);
    }
}
