package io.vitrine.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.RunCounts;
import io.vitrine.testkit.RunningJob;
import io.vitrine.testkit.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are killed or suspended at random moments, or start at the same time, on local files and on S3. Readers see whole commits
 * at every moment; in the end every image has one row, with the features of an undisturbed run, and nothing is left over.
 */
final class KillsIT {
    private static final int IMAGES = 240;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(6);
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final String BUCKET = "kill-features";

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static Map<String, List<Float>> undisturbed;

    @BeforeAll
    static void start() throws IOException {
        store = ObjectStore.start(folder, BUCKET);
        spark = LocalSpark.session(store);
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(pictures.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
        String output = folder.resolve("undisturbed").toString();
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(pictures.toString())
                        .output(output)
                        .columns("pooler_output")
                        .build());
        undisturbed = features(spark.read().parquet(output));
    }

    @AfterAll
    static void stop() {
        spark.stop();
        store.close();
    }

    static boolean isFull() {
        return Soak.isFull();
    }

    private static Submission submission(String output) {
        Submission submission = output.startsWith("s3a:") ? Launchers.extract(store) : Launchers.extract();
        return submission
                .with("--driver-memory", "768m", "--conf", "spark.ui.enabled=false")
                .with("--conf", "spark.vitrine.lease=" + LEASE.toSeconds() + "s")
                .with("--input", folder.resolve("pictures").toString(), "--output", output)
                .with("--model", DemoCheckpoint.location(), "--columns", "pooler_output")
                .with("--images-per-commit", "40", "--partitions", "2");
    }

    private static RunningJob job(String output) {
        return RunningJob.start(submission(output), folder);
    }

    /** The folder on this machine that holds an output. */
    private static Path onDisk(String output) {
        return output.startsWith("s3a:") ? store.onDisk(output) : Path.of(output);
    }

    private static String[] outputs(String name) {
        return new String[] {folder.resolve(name).toString(), "s3a://" + BUCKET + "/" + name};
    }

    private static Dataset<Row> read(String output) {
        return output.startsWith("s3a:")
                ? spark.read().format("vitrine").load(output)
                : spark.read().parquet(output);
    }

    @Test
    void aKilledRunIsContinuedByTheNext() throws Exception {
        for (String output : outputs("kills")) {
            int kills = Soak.rounds(1, 24);
            Random random = new Random(11);
            try (RunCounts seen = RunCounts.poll(() -> read(output))) {
                for (int i = 0; i < kills; i++) {
                    try (RunningJob job = job(output)) {
                        awaitLease(job, output, Duration.ofMillis(500 + random.nextLong(LONGEST_DELAY.toMillis())));
                        job.kill();
                    }
                    if (isDone(output)) { // go on with a new set of images
                        requireWhole(output, seen);
                        Folders.delete(onDisk(output));
                    }
                }
                job(output).end().requireSuccess();
                requireWhole(output, seen);
            }
        }
    }

    @Test
    @EnabledIf(value = "isFull", disabledReason = "takes minutes; jobs/soak runs it")
    void aSuspendedRunThatWakesUpLateGivesWay() throws Exception {
        for (String output : outputs("suspended")) {
            try (RunCounts seen = RunCounts.poll(() -> read(output));
                    RunningJob late = job(output)) {
                awaitLease(late, output, Duration.ofSeconds(3));
                late.signal("STOP");
                Await.until("the lease has expired", LONGEST_DELAY.plusSeconds(30), () -> leases(output)
                        .noneMatch(KillsIT::isFresh));
                job(output).end().requireSuccess();
                late.signal("CONT");
                assertThat(late.end().require(ExitCode.OUTPUT_CONFLICT).err()).contains("lost the lease");
                job(output).end().requireSuccess();
                requireWhole(output, seen);
            }
        }
    }

    @Test
    @EnabledIf(value = "isFull", disabledReason = "takes minutes; jobs/soak runs it")
    void ofTwoRunsAtOnceOneGivesWay() throws Exception {
        for (String output : outputs("two")) {
            try (RunCounts seen = RunCounts.poll(() -> read(output));
                    RunningJob one = job(output);
                    RunningJob two = job(output)) {
                assertThat(List.of(one.end().status(), two.end().status()))
                        .containsExactlyInAnyOrder(ExitCode.SUCCESS.status(), ExitCode.OUTPUT_CONFLICT.status());
                requireWhole(output, seen);
            }
        }
    }

    private static void awaitLease(RunningJob job, String output, Duration delay) throws InterruptedException {
        Set<Path> before = leases(output).collect(Collectors.toSet());
        job.awaitOrEnd("the run has its lease", () -> leases(output).anyMatch(lease -> !before.contains(lease)), delay);
    }

    private static boolean isFresh(Path lease) {
        return Duration.between(modified(lease), Instant.now()).compareTo(LEASE) <= 0;
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH; // removed
        }
    }

    private static Stream<Path> leases(String output) {
        Path leases = onDisk(output).resolve("_vitrine/leases");
        return Files.isDirectory(leases)
                ? Folders.files(leases).stream()
                        .filter(file -> file.getFileName().toString().matches("[^.].*\\.json"))
                : Stream.of();
    }

    private static boolean isDone(String output) {
        return records(output).values().stream().mapToLong(Long::longValue).sum() == IMAGES;
    }

    /** The rows of each run, as its record says. */
    private static Map<String, Long> records(String output) {
        Map<String, Long> records = new TreeMap<>();
        Path metadata = onDisk(output).resolve("_vitrine");
        if (Files.isDirectory(metadata)) {
            for (Path file : Folders.files(metadata)) {
                if (file.getFileName().toString().matches("[0-9].*\\.json")) {
                    JsonNode record = JsonFile.read(file);
                    records.put(
                            record.path("run").asText(), record.path("total").asLong());
                }
            }
        }
        return records;
    }

    private static void requireWhole(String output, RunCounts seen) {
        Map<String, Long> records = records(output);
        seen.require(records);
        assertThat(read(output).count()).as(output).isEqualTo(IMAGES);
        assertThat(features(read(output))).isEqualTo(undisturbed);
        assertThat(onDisk(output).resolve("_staging")).doesNotExist();
        assertThat(leases(output)).isEmpty();
        assertThat(Folders.filesBelow(onDisk(output).resolve("_vitrine")))
                .noneMatch(file -> file.toString().matches(".*/(started|plan-[^/]*)/.*"));
        if (output.startsWith("s3a:")) {
            assertThat(store.pendingUploads(BUCKET)).isEmpty();
        }
    }

    private static Map<String, List<Float>> features(Dataset<Row> rows) {
        Map<String, List<Float>> features = new TreeMap<>();
        for (Row row : rows.select("path", "pooler_output").collectAsList()) {
            assertThat(features.put(row.getString(0), row.getList(1)))
                    .as(row.getString(0))
                    .isNull();
        }
        return features;
    }
}
