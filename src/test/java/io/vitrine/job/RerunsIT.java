package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.CurrentRows;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several runs on one output on S3: each does what the others have not done. Every test has its own input and output. */
final class RerunsIT {
    private static final int IMAGES = 7;

    private static final RerunPolicy MARK_DELETED =
            RerunPolicy.builder().missing(RerunPolicy.Missing.MARK_DELETED).build();

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;

    private final String input = store.newFolder("rerun-images");
    private final String output = store.newFolder("rerun-features");

    @BeforeAll
    static void start() {
        store = ObjectStore.start(folder, "rerun-images", "rerun-features");
        spark = LocalSpark.session(store);
    }

    @AfterAll
    static void stop() {
        spark.stop();
        store.close();
    }

    @BeforeEach
    void putSixImagesAndABadFile() {
        for (int i = 0; i < IMAGES - 1; i++) {
            put(i + ".png", Pictures.drawn("png", 40, 30, i));
        }
        store.put(input + "/bad.png", "no image");
    }

    private void put(String name, byte[] bytes) {
        store.put(input + "/" + name, bytes);
    }

    private ExtractRequest request(InputRequest images, RerunPolicy rerun) {
        return ExtractRequests.builder(folder)
                .input(images)
                .output(output)
                .columns("pooler_output")
                .rerun(rerun)
                .build();
    }

    private RunRecord run() {
        return run(RerunPolicy.DEFAULT);
    }

    private RunRecord run(RerunPolicy rerun) {
        return Extract.run(spark, request(InputRequest.under(input), rerun));
    }

    private static RerunPolicy commitsOf(long images) {
        return RerunPolicy.builder().imagesPerCommit(images).build();
    }

    private static RerunPolicy redo(RerunPolicy.Redo redo) {
        return RerunPolicy.builder().redo(redo).build();
    }

    private Dataset<Row> rows() {
        return spark.read().parquet(output);
    }

    private Map<String, String> current() {
        return CurrentRows.statusByName(rows());
    }

    @Test
    void aRunOnUnchangedImagesDoesNothing() {
        assertThat(run().total()).isEqualTo(IMAGES);
        RunRecord second = run();
        assertThat(second.total()).isZero();
        assertThat(second.skipped()).isEqualTo(IMAGES);
        assertThat(rows().count()).isEqualTo(IMAGES);
    }

    @Test
    void onlyNewAndChangedImagesAreDone() {
        run();
        put("new.png", Pictures.drawn("png", 50, 50, 9));
        put("3.png", Pictures.drawn("png", 60, 50, 33));
        RunRecord second = run();
        assertThat(second.images()).containsExactly(Map.entry("ok", 2L));
        assertThat(second.skipped()).isEqualTo(6);
        assertThat(rows().count()).isEqualTo(9);
        assertThat(current()).hasSize(8).containsEntry("bad.png", "not_an_image");
    }

    @Test
    void aRepairedFileReplacesItsFailure() {
        run();
        put("bad.png", Pictures.drawn("png", 20, 20, 1));
        assertThat(run().total()).isOne();
        assertThat(current()).hasSize(IMAGES).doesNotContainValue("not_an_image");
    }

    @Test
    void failedImagesAreDoneAgainOnRequest() {
        run();
        RunRecord second = run(redo(RerunPolicy.Redo.ALL_FAILURES));
        assertThat(second.images()).containsExactly(Map.entry("not_an_image", 1L));
    }

    @Test
    void allImagesAreDoneAgainOnRequest() {
        run();
        assertThat(run(redo(RerunPolicy.Redo.ALL)).total()).isEqualTo(IMAGES);
        assertThat(current()).hasSize(IMAGES);
    }

    @Test
    void aMissingImageIsMarkedAsDeletedOnce() {
        run();
        store.delete(input + "/2.png");
        assertThat(run(MARK_DELETED).images()).containsExactly(Map.entry("deleted", 1L));
        assertThat(current()).hasSize(6).doesNotContainKey("2.png");
        assertThat(run(MARK_DELETED).total()).isZero();
    }

    @Test
    void aDeletedImageThatComesBackIsDoneAgain() {
        run();
        store.delete(input + "/2.png");
        run(MARK_DELETED);
        put("2.png", Pictures.drawn("png", 40, 30, 2));
        assertThat(run().total()).isOne();
        assertThat(current()).hasSize(IMAGES);
    }

    @Test
    void imagesOutsideTheInputAreNotMarkedAsDeleted() {
        run();
        put("only/a.png", Pictures.drawn("png", 40, 30, 2));
        RunRecord second = Extract.run(spark, request(InputRequest.under(input + "/only"), MARK_DELETED));
        assertThat(second.images()).containsExactly(Map.entry("ok", 1L));
    }

    @Test
    void aLongRunHasSeveralCommits() {
        RunRecord record = run(commitsOf(3));
        assertThat(record.total()).isEqualTo(IMAGES);
        assertThat(record.commits()).isEqualTo(3);
        assertThat(rows().select("run").distinct().count()).isEqualTo(3);
        assertThat(current()).hasSize(IMAGES);
    }

    @Test
    void aListHasSeveralCommitsAndItsNextRunDoesOnlyNewPaths() throws IOException {
        List<String> paths =
                IntStream.range(0, 6).mapToObj(i -> input + "/" + i + ".png").toList();
        Path list = Files.write(Files.createTempFile(folder, "paths", ".txt"), paths);
        ExtractRequest listed = request(InputRequest.list(list.toString()), commitsOf(2));
        assertThat(Extract.run(spark, listed).total()).isEqualTo(6);
        assertThat(current()).hasSize(6);
        assertThat(Extract.run(spark, listed).total()).isZero();
        Files.writeString(list, input + "/bad.png\n", StandardOpenOption.APPEND);
        assertThat(Extract.run(spark, listed).images()).containsExactly(Map.entry("not_an_image", 1L));
        // Objects, not folders: S3Proxy may leave an empty one of objects that are deleted beside each other.
        assertThat(store.onDisk(output + "/_vitrine")).isDirectoryNotContaining(RerunsIT::isOrHasAFileOfAPlan);
    }

    private static boolean isOrHasAFileOfAPlan(Path place) {
        try (Stream<Path> files = Files.walk(place)) {
            return files.anyMatch(
                    file -> Files.isRegularFile(file) && file.toString().contains("/plan-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the record of a run's last commit. */
    private String loseTheLastRecord(RunRecord record) {
        String last = record.run() + "-000" + record.commits();
        store.delete(output + "/_vitrine/" + last + ".json");
        return last;
    }

    @Test
    void rowsOfUnknownOriginStopARunAndStay() {
        String unknown = loseTheLastRecord(run(commitsOf(5)));
        assertThatThrownBy(this::run)
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("holds run=" + unknown + " without a record in _vitrine");
        assertThat(rows().count()).isEqualTo(IMAGES);
    }

    @Test
    void aRunThatDiedInItsThirdCommitIsContinued() {
        String dead = loseTheLastRecord(run(commitsOf(3)));
        store.put(output + "/_vitrine/started/" + dead, "");
        long left = rows().where("run = '" + dead + "'").count();
        assertThat(left).isPositive();

        RunRecord next = run();
        assertThat(next.total()).isEqualTo(left);
        assertThat(next.skipped()).isEqualTo(IMAGES - left);
        assertThat(rows().count()).isEqualTo(IMAGES);
        assertThat(rows().select("path").distinct().count()).isEqualTo(IMAGES);
    }

    @Test
    void aRunOnAnOutputInUseIsRefusedButItsDryRunIsNot() {
        ExtractRequest request = request(InputRequest.under(input), RerunPolicy.DEFAULT);
        AtomicInteger refused = new AtomicInteger();
        RunListener second = new RunListener() {
            @Override
            public void planned(String plan, long images) { // the first run holds the lease
                assertThatThrownBy(() -> Extract.run(spark, request))
                        .isInstanceOf(OutputConflictException.class)
                        .hasMessageContaining("Another run is writing to this output: ")
                        .hasMessageContaining("its lease expires 300 seconds after the last renewal");
                refused.incrementAndGet();
                assertThat(Extract.describe(spark, request, RunListener.NONE)).isEqualTo(plan);
            }
        };
        assertThat(Extract.run(spark, request, second).total()).isEqualTo(IMAGES);
        assertThat(refused).hasValue(1);
        assertThat(run().total()).isZero();
    }
}
