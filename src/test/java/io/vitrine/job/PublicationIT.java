package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.image.Pictures;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Fault;
import io.vitrine.testkit.FaultProxy;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.RecordFiles;
import io.vitrine.testkit.RunCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What readers see of a commit before, during and after it, on local files and on S3. */
final class PublicationIT {
    private static final int IMAGES = 6;
    private static final String DEAD = "20260101T000000Z-dead";

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static FaultProxy proxy;
    private static SparkSession spark;

    private final Path output = folder.resolve("out-" + System.nanoTime());
    private final String s3Output = store.newFolder("publish-features");

    @BeforeAll
    static void start() throws IOException {
        store = ObjectStore.start(folder, "publish-features");
        proxy = FaultProxy.start(store.server().endpoint(), 1);
        Map<String, String> settings = new HashMap<>(store.settings());
        settings.put("fs.s3a.endpoint", proxy.endpoint());
        settings.put("fs.s3a.attempts.maximum", "1");
        settings.put("fs.s3a.retry.limit", "1");
        settings.put("fs.s3a.retry.interval", "10ms");
        settings.put("fs.s3a.committer.name", "magic");
        settings.put("fs.s3a.committer.magic.enabled", "true");
        spark = SparkSession.builder()
                .config(LocalSpark.conf(settings)
                        .set(
                                "spark.sql.sources.commitProtocolClass",
                                "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol")
                        .set(
                                "spark.sql.parquet.output.committer.class",
                                "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"))
                .getOrCreate();
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(pictures.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
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

    private static ExtractRequest request(String output) {
        return ExtractRequests.builder(folder)
                .input(folder.resolve("pictures").toString())
                .output(output)
                .columns("pooler_output")
                .tasks(TaskSettings.builder().batchSize(2).partitions(2).build())
                .rerun(RerunPolicy.builder().imagesPerCommit(IMAGES / 2).build())
                .build();
    }

    private static RunRecord run(String output) {
        return Extract.run(spark, request(output));
    }

    private Path metadata() {
        return output.resolve("_vitrine");
    }

    @Test
    void aPlainReaderOfLocalFilesSeesWholeCommitsOnly() throws Exception {
        try (RunCounts seen = RunCounts.poll(() -> spark.read().parquet(output.toString()))) {
            assertThat(run(output.toString()).commits()).isEqualTo(2);
            seen.await(2);
            assertThat(seen.counts()).isEqualTo(Map.of(IMAGES / 2L, 2));
        }
        assertThat(output.resolve("_staging")).doesNotExist();
        assertThat(metadata().resolve("started")).isEmptyDirectory();
    }

    @Test
    void aRunThatLosesItsLeaseShowsNothingAndLeavesNothing() {
        RunListener thief = new RunListener() {
            @Override
            public void planned(String plan, long images) {
                Folders.delete(metadata().resolve("leases"));
            }
        };
        assertThatThrownBy(() -> Extract.run(spark, request(output.toString()), thief))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("was removed, so another run may be writing");
        assertThat(Folders.filesBelow(output)).noneMatch(file -> file.toString().endsWith(".parquet"));
        assertThat(output.resolve("_staging")).doesNotExist();
        run(output.toString());
        assertThat(metadata().resolve("started")).isEmptyDirectory();
    }

    @Test
    void aRunThatDiedRightAfterItsCommitPointIsFinishedByTheNext() throws IOException {
        run(output.toString());
        String run = RecordFiles.latest(output).path("run").asText();
        Path record = metadata().resolve(run + ".json");
        String text = Files.readString(record);
        Files.move(record, metadata().resolve("started/" + run));
        Files.writeString(record, text.substring(0, 100)); // it died while it wrote the record

        assertThat(run(output.toString()).total()).isZero();
        assertThat(record).hasContent(text);
        assertThat(metadata().resolve("started")).isEmptyDirectory();
    }

    @Test
    void rowsOfARunThatDiedBeforeItsCommitPointAreRemovedAndDoneAgain() throws IOException {
        run(output.toString());
        String run = RecordFiles.latest(output).path("run").asText();
        Files.delete(metadata().resolve(run + ".json"));
        Files.writeString(metadata().resolve("started/" + run), "");
        Files.createDirectories(output.resolve("_staging"));
        Files.move(output.resolve("run=" + run), output.resolve("_staging/run=" + run));

        assertThat(spark.read().parquet(output.toString()).count()).isEqualTo(IMAGES / 2);
        assertThat(run(output.toString()).total()).isEqualTo(IMAGES / 2);
        assertThat(spark.read().parquet(output.toString()).count()).isEqualTo(IMAGES);
        assertThat(output.resolve("_staging")).doesNotExist();
    }

    @Test
    void aRemovalThatDidNotEndIsEndedAndFoldersOfOthersStay() throws IOException {
        Path staging = output.resolve("_staging");
        Path removed = Files.createDirectories(staging.resolve("removed-run=" + DEAD));
        Files.createDirectories(metadata().resolve("started"));
        Files.writeString(metadata().resolve("started/" + DEAD), "");
        Path folder = Files.createDirectories(staging.resolve("x"));
        Path rows = Files.createDirectories(staging.resolve("run=others"));
        Path late = Files.createDirectories(staging.resolve("run=20260101T000000Z-0123456789ab-0001/_temporary"));

        run(output.toString());
        assertThat(removed).doesNotExist();
        assertThat(late.getParent()).doesNotExist(); // a task wrote it after its run had cleaned up
        assertThat(folder).exists();
        assertThat(rows).exists();
    }

    /** One file of the first commit cannot be completed. The others are visible for a moment, and then removed. */
    @Test
    void onS3TheReaderOfRecordedRunsSeesNothingOfACommitThatFails() throws Exception {
        String first = s3Output + "/first";
        proxy.inject(FaultProxy.Rule.always("POST /publish-features/.*part-00001.*uploadId", Fault.STATUS_500));
        try (RunCounts seen =
                RunCounts.poll(() -> spark.read().format("vitrine").load(first))) {
            assertThatThrownBy(() -> run(first)).isInstanceOf(VitrineException.class);
            assertThat(seen.counts()).isEmpty();
        }
        assertThat(proxy.hits("part-00001")).isPositive();
        proxy.inject();
        assertThat(store.names(first)).containsExactly("_vitrine");
        assertThat(store.pendingUploads("publish-features")).isEmpty();
        assertThat(spark.read().format("vitrine").load(first).count()).isZero();
    }

    @Test
    void uploadsOfDeadRunsAreAbortedAndThoseOfOthersAreNot() {
        run(s3Output);
        store.put(s3Output + "/_vitrine/started/" + DEAD, "");
        store.startUpload(s3Output + "/run=" + DEAD + "/part-00000.parquet");
        List<String> others = Stream.of("/others/a.bin", "/run=" + DEAD + "-0001/a.parquet")
                .map(name -> s3Output + name)
                .toList();
        others.forEach(store::startUpload);
        run(s3Output);
        assertThat(store.pendingUploads("publish-features"))
                .map(key -> "s3a://publish-features/" + key)
                .containsExactlyInAnyOrderElementsOf(others);
        store.abortUploads("publish-features");
    }

    /** The store has the record, though it did not answer in the lease's time, and the removal of the rows does not end. */
    @Test
    void aRunThatLostItsLeaseTakesItsRecordBackBeforeItsRows() {
        run(s3Output);
        OutputFolder folder = new OutputFolder(spark, Destination.parquet(s3Output));
        String run = folder.finishedRuns().get(0);
        proxy.inject(
                FaultProxy.Rule.always("^DELETE /publish-features/[^?]*run=", Fault.STATUS_403),
                FaultProxy.Rule.always("^POST /publish-features/?\\?delete", Fault.STATUS_403));
        assertThatThrownBy(() -> folder.abandon(run)).isInstanceOf(VitrineException.class);
        proxy.inject();
        assertThat(folder.recordedRuns()).hasSize(1).doesNotContain(run);
        assertThat(run(s3Output).total()).isEqualTo(IMAGES / 2);
    }

    /** Policies of write-once stores. The lease is given back by a write. */
    @Test
    void aRunThatMayNotDeleteIsCompleteAndWarns() {
        proxy.inject(
                FaultProxy.Rule.always("^DELETE /publish-features/[^?]*_vitrine", Fault.STATUS_403),
                FaultProxy.Rule.always("^DELETE /publish-features/[^?]*$", Fault.STATUS_403),
                FaultProxy.Rule.always("^POST /publish-features/?\\?delete", Fault.STATUS_403));
        RunRecord record = run(s3Output);
        assertThat(record.images()).containsExactly(Map.entry("ok", (long) IMAGES));
        assertThat(record.warnings())
                .anySatisfy(warning -> assertThat(warning).contains("_vitrine/started/" + record.run()));
        assertThat(run(s3Output).skipped()).isEqualTo(IMAGES);
        assertThat(spark.read().format("vitrine").load(s3Output).count()).isEqualTo(IMAGES);
    }
}
