package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.ExtractRequests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nights on a Delta and on an Iceberg table on S3: each image one current row, a dead run's rows gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LakeTablesIT {
    @TempDir
    private static Path folder;

    private S3Store store;
    private SparkSession spark;
    private FileSystem fs;
    private FileSystem features;

    @BeforeAll
    void start() throws IOException {
        store = Sandbox.store(folder, "lake-images", "lake-features");
        Map<String, String> hadoop = new HashMap<>(store.settingsWithKeys());
        SparkConf conf = Sandbox.conf(hadoop);
        OutputFormat.delta.settings(conf).forEach(conf::set);
        spark = SparkSession.builder().config(conf).getOrCreate();
        fs = new org.apache.hadoop.fs.Path("s3a://lake-images/").getFileSystem(Sandbox.configuration(store));
        features = new org.apache.hadoop.fs.Path("s3a://lake-features/").getFileSystem(Sandbox.configuration(store));
    }

    @AfterAll
    void stop() {
        spark.stop();
        store.close();
    }

    private ExtractRequest.Builder request(OutputFormat format, String output) {
        return ExtractRequests.builder(folder)
                .input("s3a://lake-images/" + format)
                .output(new Destination(output, format))
                .features(FeatureRequest.builder()
                        .columns("pooler_output", "last_hidden_state", "top_k")
                        .encoding(MatrixEncoding.BINARY_FLOAT16)
                        .build());
    }

    private RunRecord run(ExtractRequest request) {
        return Extract.run(spark, request);
    }

    @ParameterizedTest
    @EnumSource(names = {"delta", "iceberg"})
    void nights(OutputFormat format) throws IOException {
        String input = "s3a://lake-images/" + format;
        String output = "s3a://lake-features/" + format + "/vits";
        for (int i = 0; i < 5; i++) {
            Sandbox.put(fs, input + "/" + i + ".png", Pictures.drawn("png", 40, 30, i));
        }
        Sandbox.put(fs, input + "/bad.png", "no image".getBytes(StandardCharsets.UTF_8));
        RerunPolicy marking = RerunPolicy.builder()
                .missing(RerunPolicy.Missing.MARK_DELETED)
                .imagesPerCommit(4)
                .build();
        ExtractRequest nightly = request(format, output).rerun(marking).build();

        RunRecord first = run(nightly);
        assertThat(first.images()).containsOnly(Map.entry("ok", 5L), Map.entry("not_an_image", 1L));
        assertThat(first.commits()).isEqualTo(2);
        assertThat(run(nightly).total()).isZero();

        Sandbox.put(fs, input + "/3.png", Pictures.drawn("png", 60, 50, 33));
        fs.delete(new org.apache.hadoop.fs.Path(input + "/4.png"), false);
        RunRecord second = run(nightly);
        assertThat(second.images()).containsOnly(Map.entry("ok", 1L), Map.entry("deleted", 1L));
        assertThat(Sandbox.latest(rows(format, output)))
                .containsOnlyKeys("0.png", "1.png", "2.png", "3.png", "bad.png");
        Dataset<Row> rows = rows(format, output);
        assertThat(rows.where("status = 'ok' and length(last_hidden_state) > 0 and size(pooler_output) > 0")
                        .count())
                .isEqualTo(6);

        dies(format, output);
        assertThat(rows(format, output).count()).isEqualTo(8); // a dead run's rows stay until the next run
        RunRecord third = run(nightly);
        assertThat(third.images()).containsOnly(Map.entry("not_an_image", 1L)); // the other of the two is deleted
        assertThat(rows(format, output).count()).isEqualTo(7);
        assertThat(Sandbox.latest(rows(format, output)))
                .containsOnlyKeys("0.png", "1.png", "2.png", "3.png", "bad.png");

        ExtractRequest parquet = request(format, output).output(output).build();
        assertThatThrownBy(() -> run(parquet))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("format is parquet, in the output " + format);
    }

    /** As if the second of the first run's commits had ended between its rows and its record. */
    private void dies(OutputFormat format, String output) throws IOException {
        String run = FeatureTable.of(spark, format, output).runs().stream()
                .filter(id -> id.endsWith("-0002"))
                .findFirst()
                .orElseThrow();
        features.delete(new org.apache.hadoop.fs.Path(output + "/_vitrine/" + run + ".json"), false);
        Sandbox.put(features, output + "/_vitrine/started/" + run, new byte[0]);
    }

    private Dataset<Row> rows(OutputFormat format, String output) {
        FeatureTable table = FeatureTable.of(spark, format, output);
        return table.rows(
                table.runs(),
                FeatureSchema.IMAGE
                        .add("last_hidden_state", DataTypes.BinaryType)
                        .add("pooler_output", DataTypes.createArrayType(DataTypes.FloatType)));
    }

    /** A folder as a person may write it: relative, with characters that SQL minds. */
    @ParameterizedTest
    @EnumSource(names = {"delta", "iceberg"})
    void aRunIsRemovedFromAnyFolder(OutputFormat format) throws IOException {
        Path place = Files.createTempDirectory(Path.of("target"), "lake it's `odd` ");
        FeatureTable table = FeatureTable.of(spark, format, place + "/" + format);
        FeatureTable.WriteOptions options =
                new FeatureTable.WriteOptions(Map.of("parquet.block.size", "1000000"), Map.of("vitrine.run", "r"));
        assertThat(table.runs()).isEmpty();
        table.remove("none");
        table.write(spark.range(3).toDF(), "r1-0001", options);
        table.write(spark.range(5).toDF(), "r1-0002", options);
        assertThat(table.runs()).containsExactlyInAnyOrder("r1-0001", "r1-0002");
        table.remove("r1-0001");
        assertThat(table.runs()).containsExactly("r1-0002");
        assertThat(table.rows(List.of("r1-0002"), new StructType().add("id", DataTypes.LongType))
                        .count())
                .isEqualTo(5);
        assertThat(FeatureTable.of(spark, format, place + "/" + format).runs()).containsExactly("r1-0002");
        S3Store.delete(place);
    }

    /** Its rows are seen, but the run does not count, and the next one removes them; this one must not. */
    @Test
    void aRunThatLostItsLeaseLeavesTheTableAlone() throws IOException {
        Sandbox.put(fs, "s3a://lake-images/lost/0.png", Pictures.drawn("png", 40, 30, 1));
        String output = "s3a://lake-features/delta/lost";
        ExtractRequest request = request(OutputFormat.delta, output)
                .input("s3a://lake-images/lost")
                .columns("pooler_output")
                .build();
        RunListener leaseRemover = new RunListener() {
            @Override
            public void planned(String plan, long images) {
                Sandbox.delete(features, output + "/_vitrine/leases");
            }
        };
        assertThatThrownBy(() -> Extract.run(spark, request, leaseRemover))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("was removed, so another run may be writing");
        assertThat(features.listStatus(new org.apache.hadoop.fs.Path(output + "/_vitrine/started")))
                .hasSize(1);
        assertThat(run(request).images()).containsOnly(Map.entry("ok", 1L));
        FeatureTable table = FeatureTable.of(spark, OutputFormat.delta, output);
        assertThat(table.rows(table.runs(), FeatureSchema.IMAGE).count()).isEqualTo(1);
    }

    @Test
    void aForeignTableIsLeftAlone() {
        String output = "s3a://lake-features/delta/foreign";
        spark.range(3).write().format("delta").save(output);
        assertThatThrownBy(() -> run(request(OutputFormat.delta, output).build()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("was not written by Vitrine");
    }

    @Test
    void aDeltaCommitSaysHowItsRowsWereMade() {
        String output = "s3a://lake-features/delta/provenance";
        FeatureTable table = FeatureTable.of(spark, OutputFormat.delta, output);
        table.write(
                spark.range(3).toDF(),
                "r1",
                new FeatureTable.WriteOptions(Map.of(), Map.of("vitrine.fingerprint", "abc")));
        String said = spark.sql("DESCRIBE HISTORY delta.`" + output + "`")
                .select("userMetadata")
                .first()
                .getString(0);
        assertThat(said).isEqualTo("{\"vitrine.fingerprint\":\"abc\"}");
    }
}
