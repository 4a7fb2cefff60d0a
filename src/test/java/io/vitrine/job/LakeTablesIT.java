package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.report.RunListener;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delta and Iceberg tables: what a run leaves alone, what it removes and what it records. */
final class LakeTablesIT {
    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        store = ObjectStore.start(folder, "lake-images", "lake-features");
        SparkConf conf = LocalSpark.conf(store.settings());
        OutputFormat.delta.settings(conf).forEach(conf::set);
        spark = SparkSession.builder().config(conf).getOrCreate();
        store.put("s3a://lake-images/0.png", Pictures.drawn("png", 40, 30, 1));
    }

    @AfterAll
    static void stop() {
        spark.stop();
        store.close();
    }

    private static ExtractRequest request(String deltaTable) {
        return ExtractRequests.builder(folder)
                .input("s3a://lake-images")
                .output(new Destination(deltaTable, OutputFormat.delta))
                .columns("pooler_output")
                .build();
    }

    /** The folder is relative and has characters that SQL quotes. */
    @ParameterizedTest
    @EnumSource(names = {"delta", "iceberg"})
    void aRunIsRemovedFromATableInAnyFolder(OutputFormat format) throws IOException {
        Path place = Files.createTempDirectory(Path.of("target"), "lake it's `odd` ");
        String location = place + "/" + format;
        FeatureTable table = FeatureTable.of(spark, format, location);
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
        assertThat(FeatureTable.of(spark, format, location).runs()).containsExactly("r1-0002");
        S3Store.delete(place);
    }

    /** Without its lease a run must not remove even its own rows. They do not count, and the next run removes them. */
    @Test
    void aRunThatLostItsLeaseLeavesTheTableAlone() {
        String output = "s3a://lake-features/lost";
        RunListener leaseRemover = new RunListener() {
            @Override
            public void planned(String plan, long images) {
                store.delete(output + "/_vitrine/leases");
            }
        };
        assertThatThrownBy(() -> Extract.run(spark, request(output), leaseRemover))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("was removed, so another run may be writing");
        assertThat(store.names(output + "/_vitrine/started")).hasSize(1);

        assertThat(Extract.run(spark, request(output)).images()).containsOnly(Map.entry("ok", 1L));
        FeatureTable table = FeatureTable.of(spark, OutputFormat.delta, output);
        assertThat(table.rows(table.runs(), FeatureSchema.IMAGE).count()).isOne();
    }

    @Test
    void aTableOfAnotherProgramIsRefused() {
        String output = "s3a://lake-features/foreign";
        spark.range(3).write().format("delta").save(output);
        assertThatThrownBy(() -> Extract.run(spark, request(output)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("was not written by Vitrine");
    }

    @Test
    void aDeltaCommitSaysHowItsRowsWereMade() {
        String output = "s3a://lake-features/provenance";
        FeatureTable table = FeatureTable.of(spark, OutputFormat.delta, output);
        table.write(
                spark.range(3).toDF(),
                "r1",
                new FeatureTable.WriteOptions(Map.of(), Map.of("vitrine.fingerprint", "abc")));
        String provenance = spark.sql("DESCRIBE HISTORY delta.`" + output + "`")
                .select("userMetadata")
                .first()
                .getString(0);
        assertThat(provenance).isEqualTo("{\"vitrine.fingerprint\":\"abc\"}");
    }
}
