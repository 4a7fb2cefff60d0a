package io.vitrine.job.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The source {@code vitrine} on outputs with two commits of two images, one of which has lost its record. */
final class VitrineSourceIT {
    @TempDir
    private static Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        SparkConf conf = LocalSpark.conf(Map.of());
        OutputFormat.delta.settings(conf).forEach(conf::set);
        spark = SparkSession.builder().config(conf).getOrCreate();
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 4; i++) {
            Files.write(pictures.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
        for (OutputFormat format : OutputFormat.values()) {
            Extract.run(
                    spark,
                    ExtractRequests.builder(folder)
                            .input(pictures.toString())
                            .output(new Destination(output(format).toString(), format))
                            .columns("pooler_output")
                            .rerun(RerunPolicy.builder().imagesPerCommit(2).build())
                            .build());
            Files.move(record(format), folder.resolve(format + ".json"));
        }
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Path output(OutputFormat format) {
        return folder.resolve("out-" + format);
    }

    /** The record of the second commit. */
    private static Path record(OutputFormat format) {
        return Folders.files(output(format).resolve("_vitrine")).stream()
                .filter(file -> file.toString().endsWith("-0002.json") && !file.getFileName().toString().startsWith("."))
                .findFirst()
                .orElseThrow();
    }

    private static Dataset<Row> read(Path output) {
        return spark.read().format("vitrine").load(output.toString());
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfRunsWithoutARecordAreNotRead(OutputFormat format) {
        Dataset<Row> rows = read(output(format));
        assertThat(rows.columns()).contains("path", "status", "pooler_output", "run");
        assertThat(rows.count()).isEqualTo(2);
        assertThat(rows.where("status = 'ok'").select("run").distinct().as(Encoders.STRING()).collectAsList())
                .singleElement()
                .asString()
                .endsWith("-0001");
        assertThat(rows.selectExpr("size(pooler_output)").first().getInt(0)).isEqualTo(96);
    }

    @Test
    void columnsAndFiltersReachTheParquetReader() {
        String plan = read(output(OutputFormat.parquet))
                .where("status = 'ok' AND run > 'a'")
                .select("path")
                .queryExecution()
                .executedPlan()
                .toString();
        assertThat(plan)
                .contains("PushedFilters: [IsNotNull(status), EqualTo(status,ok)]")
                .contains("ReadSchema: struct<path:string,status:string>")
                .containsPattern("PartitionFilters: \\[.*run");
    }

    @Test
    void aTableInSqlSeesNewRunsWhenItIsRefreshed() throws IOException {
        Path copy = folder.resolve("copy");
        Folders.copy(output(OutputFormat.parquet), copy);
        spark.sql("CREATE TEMPORARY VIEW features USING vitrine OPTIONS (path '" + copy + "')");
        assertThat(spark.table("features").count()).isEqualTo(2);
        Path first = Folders.files(copy.resolve("_vitrine")).stream()
                .filter(file -> file.toString().endsWith("-0001.json") && !file.getFileName().toString().startsWith("."))
                .findFirst()
                .orElseThrow();
        Files.copy(
                folder.resolve("parquet.json"),
                first.resolveSibling(first.getFileName().toString().replace("-0001", "-0002")));
        spark.sql("REFRESH TABLE features");
        assertThat(spark.table("features").count()).isEqualTo(4);
    }

    @Test
    void anOutputWithoutAFinishedRunHasNoRows() throws IOException {
        Path started = folder.resolve("started");
        Files.createDirectories(started.resolve("_vitrine/leases"));
        assertThat(read(started).columns()).startsWith(FeatureSchema.IMAGE.fieldNames()).endsWith("run");
        assertThat(read(started).count()).isZero();
    }

    @Test
    void anotherFolderIsRefused() {
        assertThatThrownBy(() -> read(folder.resolve("pictures")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is no output of Vitrine: it has no folder _vitrine");
        assertThatThrownBy(() -> spark.read().format("vitrine").load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The source vitrine reads one output");
    }
}
