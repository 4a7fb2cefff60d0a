package io.vitrine.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.Destination;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.testkit.Fault;
import io.vitrine.testkit.FaultProxy;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compactions of an output of two nights on S3, where the record is the commit point. */
final class CompactionS3IT {
    private static final String BUCKET = "compact-features";
    private static final CompactListener SILENT = plan -> {};

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static FaultProxy proxy;
    private static SparkSession spark;
    private static Nights nights;
    private static Path twoNights;

    private final String output = store.newFolder(BUCKET);

    @BeforeAll
    static void start() throws IOException {
        store = ObjectStore.start(folder, BUCKET);
        proxy = FaultProxy.start(store.server().endpoint(), 1);
        Map<String, String> settings = new HashMap<>(store.settings());
        settings.put("fs.s3a.endpoint", proxy.endpoint());
        settings.put("fs.s3a.attempts.maximum", "1");
        settings.put("fs.s3a.retry.limit", "1");
        settings.put("fs.s3a.retry.interval", "10ms");
        SparkConf conf =
                SessionSettings.completeForRewriting(LocalSpark.conf(settings), Destination.parquet("s3a://" + BUCKET));
        spark = SparkSession.builder().config(conf).getOrCreate();
        nights = new Nights(spark, folder);
        twoNights = folder.resolve("two-nights");
        nights.two(twoNights.toString());
    }

    @AfterAll
    static void stop() {
        spark.stop();
        proxy.close();
        store.close();
    }

    @AfterEach
    void endFaults() {
        proxy.inject();
    }

    private void copyNights() {
        for (Path file : Folders.filesBelow(twoNights)) {
            if (!file.toString().endsWith(".crc")) {
                store.put(output + "/" + twoNights.relativize(file), Folders.read(file));
            }
        }
    }

    private List<String> runs() {
        return store.names(output).stream()
                .filter(name -> name.startsWith("run="))
                .map(name -> name.substring("run=".length()))
                .sorted()
                .toList();
    }

    private Compaction.Result compact(Duration keep) {
        return new Compaction(
                        spark,
                        new CompactRequest(
                                output,
                                CompactRequest.DEFAULT_TARGET_FILE_BYTES,
                                Optional.ofNullable(keep),
                                Optional.empty()))
                .run(SILENT);
    }

    @Test
    void everyReaderSeesTheSameRowsBeforeAndAfter() {
        copyNights();
        List<String> before = runs();
        Map<String, Map<String, List<String>>> rows = nights.readers(output);
        Compaction.Result result = compact(null);
        assertThat(result.files()).isEqualTo(1);
        assertThat(nights.readers(output)).isEqualTo(rows);
        assertThat(runs()).hasSize(before.size() + 1);
        assertThat(compact(Duration.ZERO).removed()).isEqualTo(before);
        assertThat(nights.readers(output)).isEqualTo(rows);
        assertThat(runs()).containsExactly(result.run().orElseThrow());
        assertThat(nights.run(output).total()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"ORIGINS_WRITTEN", "COMMITTED"})
    void aKilledCompactionLeavesAUsableOutput(CompactListener.Step step) throws Exception {
        copyNights();
        Map<String, Map<String, List<String>>> rows = nights.readers(output);
        CompactAndDie.run(output, step, store.settings());
        assertThat(nights.readers(output)).isEqualTo(rows);
        store.delete(output + "/_vitrine/leases"); // of the dead process, which nobody renews
        Compaction.Result result = compact(Duration.ZERO);
        assertThat(result.run().isPresent()).isEqualTo(step != CompactListener.Step.COMMITTED);
        assertThat(nights.readers(output)).isEqualTo(rows);
        assertThat(runs()).hasSize(1);
        assertThat(store.names(output + "/_vitrine/origins")).hasSize(1);
        assertThat(store.pendingUploads(BUCKET)).isEmpty();
    }

    /** A compaction died while it wrote which run made its rows. */
    @Test
    void uploadsOfOriginsOfADeadCompactionAreAborted() {
        copyNights();
        String dead = "20200101T000000Z-000000000000-compacted";
        store.put(output + "/_vitrine/started/" + dead, "");
        store.startUpload(output + "/_vitrine/origins/run=" + dead + "/part-00000.parquet");
        assertThat(store.pendingUploads(BUCKET)).hasSize(1);
        compact(Duration.ZERO);
        assertThat(store.pendingUploads(BUCKET)).isEmpty();
    }

    /** After the commit point the store cannot say which replaced runs there are: that is a warning. */
    @Test
    void aListingThatFailsAfterTheCommitPointIsAWarning() {
        copyNights();
        Map<String, Map<String, List<String>>> rows = nights.readers(output);
        Compaction.Result result = new Compaction(
                        spark,
                        new CompactRequest(
                                output,
                                CompactRequest.DEFAULT_TARGET_FILE_BYTES,
                                Optional.of(Duration.ZERO),
                                Optional.empty()))
                .run(new CompactListener() {
                    @Override
                    public void planned(String plan) {}

                    @Override
                    public void ended(Step step) {
                        if (step == Step.COMMITTED) {
                            proxy.inject(FaultProxy.Rule.always("GET .*list-type=2.*", Fault.STATUS_403));
                        }
                    }
                });
        proxy.inject();
        assertThat(result.run()).isPresent();
        assertThat(result.removed()).isEmpty();
        assertThat(result.warnings()).anySatisfy(text -> assertThat(text)
                .contains("Which replaced runs can be removed is not known", "a later run tries again"));
        assertThat(nights.readers(output)).isEqualTo(rows);
    }

    /** The store refuses to delete the second run: it and all later ones stay, and with them the deleted rows. */
    @Test
    void aRemovalThatFailsIsAWarningAndEndsLater() {
        copyNights();
        List<String> before = runs();
        Map<String, Map<String, List<String>>> rows = nights.readers(output);
        proxy.inject(
                FaultProxy.Rule.always("DELETE .*run=" + before.get(1), Fault.STATUS_403),
                FaultProxy.Rule.always("DELETE .*run%3D" + before.get(1), Fault.STATUS_403),
                FaultProxy.Rule.always("POST .*delete", Fault.STATUS_403));
        Compaction.Result result = compact(Duration.ZERO);
        assertThat(result.warnings()).anySatisfy(text -> assertThat(text)
                .contains("A compaction has replaced run ", "a later run tries again"));
        assertThat(result.removed().size()).isLessThan(2);
        proxy.inject();
        assertThat(runs()).containsAll(before.subList(1, before.size()));
        assertThat(nights.readers(output)).isEqualTo(rows);
        compact(Duration.ZERO);
        assertThat(runs()).containsExactly(result.run().orElseThrow());
        assertThat(nights.readers(output)).isEqualTo(rows);
    }
}
