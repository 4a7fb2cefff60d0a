package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.image.Pictures;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Night after night on one output, on S3: only what is new, nothing lost, nothing twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RerunsIT {
    private static final RerunPolicy STANDARD = RerunPolicy.DEFAULT;

    private static final RerunPolicy MARK_DELETED =
            RerunPolicy.builder().missing(RerunPolicy.Missing.MARK_DELETED).build();

    @TempDir
    private static Path folder;

    private S3Store store;
    private SparkSession spark;
    private FileSystem fs;
    private FileSystem features;
    private int outputs;
    private String input;
    private String output;

    @BeforeAll
    void start() throws IOException {
        store = Sandbox.store(folder, "nightly-images", "nightly-features");
        spark = Sandbox.session(store.settingsWithKeys());
        Configuration configuration = Sandbox.configuration(store);
        fs = new org.apache.hadoop.fs.Path("s3a://nightly-images/").getFileSystem(configuration);
        features = new org.apache.hadoop.fs.Path("s3a://nightly-features/").getFileSystem(configuration);
    }

    @AfterAll
    void stop() {
        spark.stop();
        store.close();
    }

    @BeforeEach
    void newCatalog() {
        outputs++;
        input = "s3a://nightly-images/catalog-" + outputs;
        output = "s3a://nightly-features/out-" + outputs;
        for (int i = 0; i < 6; i++) {
            put(i + ".png", Pictures.drawn("png", 40, 30, i));
        }
        put("bad.png", "no image".getBytes(StandardCharsets.UTF_8));
    }

    private void put(String name, byte[] bytes) {
        Sandbox.put(fs, input + "/" + name, bytes);
    }

    private ExtractRequest request(InputRequest images, RerunPolicy rerun) {
        return ExtractRequests.builder(folder)
                .input(images)
                .output(output)
                .columns("pooler_output")
                .rerun(rerun)
                .build();
    }

    private RunRecord run(RerunPolicy rerun) {
        return Extract.run(spark, request(InputRequest.under(input), rerun));
    }

    private static RerunPolicy commitsOf(long images) {
        return RerunPolicy.builder().imagesPerCommit(images).build();
    }

    private Dataset<Row> rows() {
        return spark.read().parquet(output);
    }

    private Map<String, String> latest() {
        return Sandbox.latest(rows());
    }

    @Test
    void onlyNewAndChangedImagesAreDone() throws IOException {
        assertThat(run(STANDARD).total()).isEqualTo(7);
        RunRecord nothing = run(STANDARD);
        assertThat(nothing.total()).isZero();
        assertThat(nothing.skipped()).isEqualTo(7);
        assertThat(rows().count()).isEqualTo(7);

        put("new.png", Pictures.drawn("png", 50, 50, 9));
        put("3.png", Pictures.drawn("png", 60, 50, 33));
        RunRecord some = run(STANDARD);
        assertThat(some.images()).containsExactly(Map.entry("ok", 2L));
        assertThat(some.skipped()).isEqualTo(6);
        assertThat(rows().count()).isEqualTo(9);
        assertThat(latest()).hasSize(8).containsEntry("bad.png", "not_an_image");

        put("bad.png", Pictures.drawn("png", 20, 20, 1)); // mended, and so changed
        assertThat(run(STANDARD).total()).isEqualTo(1);
        assertThat(latest()).hasSize(8).doesNotContainValue("not_an_image");
    }

    @Test
    void failedImagesAreDoneAgainOnDemandAndAllByForce() {
        run(STANDARD);
        RunRecord retried = run(
                RerunPolicy.builder().redo(RerunPolicy.Redo.CHANGED_AND_FAILED).build());
        assertThat(retried.images()).containsExactly(Map.entry("not_an_image", 1L));
        assertThat(run(RerunPolicy.builder().redo(RerunPolicy.Redo.ALL).build()).total())
                .isEqualTo(7);
        assertThat(latest()).hasSize(7);
    }

    @Test
    void imagesThatAreGoneAreMarkedAndComeBack() throws IOException {
        run(STANDARD);
        fs.delete(new org.apache.hadoop.fs.Path(input + "/2.png"), false);
        RunRecord marked = run(MARK_DELETED);
        assertThat(marked.images()).containsExactly(Map.entry("deleted", 1L));
        assertThat(latest()).hasSize(6).doesNotContainKey("2.png");
        assertThat(run(MARK_DELETED).total()).isZero(); // once

        put("2.png", Pictures.drawn("png", 40, 30, 2));
        assertThat(run(STANDARD).total()).isEqualTo(1);
        assertThat(latest()).hasSize(7);
    }

    @Test
    void markingNeedsWholeFolders() {
        for (String narrow : List.of(input + "/*.png", input + "/{a,b}")) {
            assertThatThrownBy(() -> request(InputRequest.under(narrow), MARK_DELETED))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("--mark-deleted needs whole folders");
        }
        assertThatThrownBy(() -> request(InputRequest.list("list.txt"), MARK_DELETED))
                .hasMessageContaining("needs whole folders");
    }

    @Test
    void markingStaysWithinTheInput() {
        String both = input;
        run(STANDARD);
        input = both + "/only";
        put("a.png", Pictures.drawn("png", 40, 30, 2));
        RunRecord record = run(MARK_DELETED);
        assertThat(record.images()).containsExactly(Map.entry("ok", 1L));
    }

    @Test
    void aLongRunCommitsInWaves() {
        RunRecord record = run(commitsOf(3));
        assertThat(record.total()).isEqualTo(7);
        assertThat(record.commits()).isEqualTo(3);
        assertThat(rows().select("run").distinct().count()).isEqualTo(3);
        assertThat(latest()).hasSize(7);
    }

    @Test
    void aTableIsCutIntoWavesAndSubtractedByItsPaths() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            lines.add(input + "/" + i + ".png");
        }
        Path list = Files.write(folder.resolve("list-" + outputs + ".txt"), lines);
        ExtractRequest listed = request(InputRequest.list(list.toString()), commitsOf(2));
        assertThat(Extract.run(spark, listed).total()).isEqualTo(6);
        assertThat(latest()).hasSize(6);
        assertThat(Extract.run(spark, listed).total()).isZero();
        Files.writeString(list, input + "/bad.png\n", java.nio.file.StandardOpenOption.APPEND);
        assertThat(Extract.run(spark, listed).images()).containsExactly(Map.entry("not_an_image", 1L));
        assertThat(store.data().resolve("nightly-features/out-" + outputs + "/_vitrine"))
                .isDirectoryNotContaining("glob:**plan-*");
    }

    @Test
    void aRunThatDiedInItsThirdWaveIsContinued() throws IOException {
        RunRecord record = run(commitsOf(3));
        String last = record.run() + "-0003"; // as if it had died before its record
        features.delete(new org.apache.hadoop.fs.Path(output + "/_vitrine/" + last + ".json"), false);
        assertThatThrownBy(() -> run(STANDARD)) // nothing says that it was ours: it is left alone
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("holds run=" + last + " without a record in _vitrine");
        assertThat(rows().count()).isEqualTo(7);
        Sandbox.put(features, output + "/_vitrine/started/" + last, new byte[0]);
        Dataset<Row> kept = rows().where("run != '" + last + "'");
        long left = 7 - kept.count();
        assertThat(left).isPositive();
        RunRecord next = run(STANDARD);
        assertThat(next.total()).isEqualTo(left);
        assertThat(next.skipped()).isEqualTo(7 - left);
        assertThat(rows().count()).isEqualTo(7);
        assertThat(rows().select("path").distinct().count()).isEqualTo(7);
    }

    @Test
    void twoRunsAtOnceAreRefused() {
        ExtractRequest request = request(InputRequest.under(input), STANDARD);
        AtomicInteger refused = new AtomicInteger();
        RunListener second = new RunListener() {
            @Override
            public void planned(String plan, long images) { // the first run holds the lease
                assertThatThrownBy(() -> Extract.run(spark, request))
                        .isInstanceOf(OutputConflictException.class)
                        .hasMessageContaining("Another run is writing to this output: ")
                        .hasMessageContaining("its lease expires 300 seconds after the last renewal");
                refused.incrementAndGet();
                // A dry run writes nothing, so it needs no lease.
                assertThat(Extract.describe(spark, request, RunListener.NONE)).isEqualTo(plan);
            }
        };
        assertThat(Extract.run(spark, request, second).total()).isEqualTo(7);
        assertThat(refused).hasValue(1);
        assertThat(run(STANDARD).total()).isZero();
    }

    @Test
    void theLeaseOfADeadRunEnds() throws IOException, InterruptedException {
        Configuration configuration = Sandbox.configuration(store);
        String leases = output + "/_vitrine/leases";
        Sandbox.put(features, leases + "/dead.json", new byte[] {'x'});
        assertThatThrownBy(() -> OutputLease.take(leases, "b", Duration.ofSeconds(60), configuration))
                .hasMessageContaining("dead");
        Thread.sleep(2500); // the store's times are whole seconds
        try (OutputLease lease = OutputLease.take(leases, "b", Duration.ofSeconds(1), configuration)) {
            Thread.sleep(2500); // renewed meanwhile
            lease.requireHeld();
            features.delete(new org.apache.hadoop.fs.Path(leases + "/b.json"), false);
            assertThatThrownBy(lease::requireHeld)
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("was removed");
        }
    }
}
