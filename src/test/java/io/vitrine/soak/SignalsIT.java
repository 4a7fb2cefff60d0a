package io.vitrine.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import io.vitrine.report.RunPhase;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.ProcessResult;
import io.vitrine.testkit.RunningJob;
import io.vitrine.testkit.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGINT and SIGTERM at random moments of a run, from the start of Spark on: it ends in order, and the next run goes on at once. */
final class SignalsIT {
    private static final int IMAGES = 1500;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(6);
    private static final int AT_ONCE = 2;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void drawPictures() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(pictures.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
    }

    private static Submission submission(Path output) {
        return Launchers.extract()
                .with("--driver-memory", "768m", "--conf", "spark.ui.enabled=false")
                .with("--input", folder.resolve("pictures").toString(), "--output", output.toString())
                .with("--model", DemoCheckpoint.location(), "--columns", "pooler_output")
                .with("--images-per-commit", "100", "--partitions", "2");
    }

    @Test
    void anInterruptedRunEndsInOrder() throws Exception {
        int rounds = Soak.rounds(8, 48);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Void>> interrupts = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                int seed = round;
                interrupts.add(threads.submit(
                        (Callable<Void>) () -> seed % 4 == 3 ? interruptTheStart(seed) : interrupt(seed)));
            }
            for (Future<Void> interrupt : interrupts) {
                interrupt.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void interrupt(int seed) throws InterruptedException {
        Random random = new Random(seed);
        Path output = folder.resolve("out-" + seed);
        ExitCode code = random.nextBoolean() ? ExitCode.INTERRUPTED : ExitCode.TERMINATED;
        try (RunningJob job = RunningJob.start(submission(output), folder)) {
            Duration delay = Duration.ofMillis(random.nextLong(LONGEST_DELAY.toMillis()));
            job.awaitOrEnd("the run has its lease", () -> hasLease(output), delay);
            assertThat(job.isAlive()).as("seed %d: still running", seed).isTrue();
            int before = job.errSoFar().length();
            long start = System.nanoTime();
            job.signal(code == ExitCode.INTERRUPTED ? "INT" : "TERM");
            ProcessResult result = job.end().require(code);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            assertThat(result.printed()).doesNotContain("SIGSEGV");
            assertThat(result.err().substring(before).lines())
                    .as("seed %d: lines after the signal", seed)
                    .hasSizeLessThanOrEqualTo(6)
                    .last()
                    .asString()
                    .startsWith("error: The run was interrupted; ")
                    .endsWith("images of it are committed. Run the same command again to go on.");
        }
        assertThat(output.resolve("_staging")).doesNotExist();
        assertThat(output.resolve("_vitrine/leases")).isEmptyDirectory();
        assertThat(Folders.filesBelow(output.resolve("_vitrine")))
                .noneMatch(file -> file.toString().matches(".*/(started|plan-[^/]*)/.*"));
        if (seed == 0 || Soak.isFull()) {
            ProcessResult rerun =
                    RunningJob.start(submission(output), folder).end().requireSuccess();
            assertThat(rerun.out()).contains(" ok, 0 failed");
        }
        return null;
    }

    private static Void interruptTheStart(int seed) throws InterruptedException {
        Path output = folder.resolve("out-" + seed);
        try (RunningJob job = RunningJob.start(submission(output), folder)) {
            Duration delay = Duration.ofMillis(new Random(seed).nextLong(500));
            job.awaitOrEnd("Spark starts", () -> job.errSoFar().contains(RunPhase.STARTING_SPARK.description()), delay);
            job.signal("INT");
            ProcessResult result = job.end().require(ExitCode.INTERRUPTED);
            assertThat(result.err().lines())
                    .as("seed %d", seed)
                    .noneMatch(line -> line.startsWith("\tat "))
                    .last()
                    .asString()
                    .startsWith("error: The run was interrupted");
        }
        assertThat(hasLease(output)).isFalse();
        return null;
    }

    private static boolean hasLease(Path output) {
        Path leases = output.resolve("_vitrine/leases");
        return Files.isDirectory(leases)
                && Folders.files(leases).stream()
                        .anyMatch(file -> file.getFileName().toString().matches("[^.].*\\.json"));
    }
}
