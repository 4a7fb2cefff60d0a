package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.testkit.ProcessResult;
import io.vitrine.testkit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standalone cluster with SparkSubmit and S3: a master, and two workers with four cores and a GPU address each. The CPU does the
 * work. Tasks run where they should, and every image is one row, whichever process dies.
 */
final class ClusterIT {
    private static final String[] SHARED_GPUS = {"--gpus-per-executor", "1", "--tasks-per-gpu", "2", "--device", "cpu"};

    @TempDir
    private static Path folder;

    private static ClusterRuns runs;
    private static StandaloneCluster cluster;
    private static String staticOutput;
    private static ProcessResult staticRun;

    private final String output = runs.newOutput();

    @BeforeAll
    static void start() throws IOException {
        runs = ClusterRuns.start(folder, "cluster");
        cluster = StandaloneCluster.start(Files.createDirectory(folder.resolve("cluster")));
        cluster.startWorker(4, "0");
        cluster.startWorker(4, "1");
        staticOutput = runs.newOutput();
        staticRun = runs.run(extract(staticOutput).with(SHARED_GPUS)).requireSuccess();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        runs.close();
    }

    private static Submission extract(String output) {
        return runs.extract(cluster, output)
                .with("--conf", "spark.executor.cores=2")
                .with("--input", runs.input());
    }

    private ProcessResult run(String... options) {
        return runs.run(extract(output).with(options));
    }

    @Test
    void staticAllocationUsesEveryGpu() throws IOException {
        assertThat(staticRun.printed())
                .contains("static allocation: executors hold them, a resource profile of the task");
        runs.requireTwoGpusSharedByTasks(staticOutput);
        assertThat(runs.rows(staticOutput)).hasSize(ClusterRuns.IMAGES + 1);
    }

    @Test
    void dynamicAllocationUsesEveryGpuAndGivesTheSameRows() throws IOException {
        ProcessResult result = runs.run(extract(output).with(SHARED_GPUS).with(ClusterRuns.DYNAMIC_ALLOCATION));
        assertThat(result.requireSuccess().printed())
                .contains("dynamic allocation: a resource profile of executor and task");
        runs.requireTwoGpusSharedByTasks(output);
        assertThat(runs.rows(output)).isEqualTo(runs.rows(staticOutput));
    }

    @Test
    void theStagedPlanUsesEveryGpuAndGivesTheSameRows() throws IOException {
        runs.run(extract(output).with(SHARED_GPUS).with("--plan", "staged")).requireSuccess();
        runs.requireTwoGpusSharedByTasks(output);
        assertThat(runs.rows(output)).isEqualTo(runs.rows(staticOutput));
    }

    @Test
    void aGpuThatIsRequiredAndCannotBeUsedStopsTheRunBeforeAnyWork() {
        assertThat(run("--gpus-per-executor", "1", "--device", "gpu")
                        .require(ExitCode.CONFIGURATION)
                        .printed())
                .contains("error: --device gpu, but no GPU can be used: this build of ONNX Runtime is for CPUs only");
        assertThat(runs.store().onDisk(output)).doesNotExist();
    }

    @Test
    void moreTasksPerGpuThanCoresAreRefused() {
        assertThat(run("--gpus-per-executor", "1", "--tasks-per-gpu", "4", "--device", "cpu")
                        .require(ExitCode.CONFIGURATION)
                        .printed())
                .contains("An executor has 2 cores (spark.executor.cores), but 1 GPUs with 4 tasks each need 4");
    }

    @Test
    void aSettingThatGivesEachTaskAWholeGpuIsRefused() {
        Submission submission = extract(output)
                .with("--conf", "spark.task.resource.gpu.amount=1")
                .with(SHARED_GPUS);
        assertThat(runs.run(submission).require(ExitCode.CONFIGURATION).printed())
                .contains(
                        "spark.task.resource.gpu.amount is 1, so fewer tasks would share a GPU than --tasks-per-gpu 2");
    }

    @Test
    void theCpuReplacesAnUnusableGpuAndTheRunSaysSo() {
        assertThat(run("--gpus-per-executor", "1").requireSuccess().printed())
                .contains("note           NO GPU CAN BE USED, so the CPU runs the model");
        runs.requireEveryImageOnce(output);
    }

    @Test
    void aRunInClusterModeWritesEveryImage() {
        run("--deploy-mode", "cluster", "--driver-memory", "700m").requireSuccess();
        runs.requireEveryImageOnce(output);
    }

    @Test
    void aFailureInClusterModeIsTheStatusOfTheSubmission() {
        assertThat(run("--deploy-mode", "cluster", "--driver-memory", "700m", "--columns", "embedding")
                        .require(ExitCode.INTERNAL_ERROR)
                        .printed())
                .contains("ended as FAILED");
    }

    /** Starts a run that large inputs make some twenty seconds long. Returns when tasks have ended and others are running. */
    private CompletableFuture<ProcessResult> runSlowly(String... options) {
        Submission submission = extract(output)
                .with("--image-size", "512", "--batch-size", "4", "--partitions", "15")
                .with(options);
        CompletableFuture<ProcessResult> result = CompletableFuture.supplyAsync(() -> runs.run(submission));
        cluster.await(
                "two executors run",
                () -> result.isDone() || cluster.executors().size() >= 2);
        int before = cluster.finishedTasks();
        cluster.await("two tasks end", () -> result.isDone() || cluster.finishedTasks() >= before + 2);
        return result;
    }

    @Test
    void aKilledExecutorCostsTimeOnly() throws IOException {
        CompletableFuture<ProcessResult> result = runSlowly("--conf", "spark.speculation=true");
        cluster.executors().get(0).destroyForcibly();
        assertThat(result.join().requireSuccess().printed())
                .contains((ClusterRuns.IMAGES + 1) + " images: " + ClusterRuns.IMAGES + " ok, 1 failed");
        runs.requireEveryImageOnce(output);
        assertThat(runs.record(output).path("images").path("ok").asInt()).isEqualTo(ClusterRuns.IMAGES);
    }

    @Test
    void aKilledWorkerCostsTimeOnly() throws IOException {
        Process third = cluster.startWorker(4, "2");
        try {
            CompletableFuture<ProcessResult> result = runSlowly("--conf", "spark.cores.max=6");
            cluster.await(
                    "the third worker starts an executor",
                    () -> result.isDone() || third.descendants().findAny().isPresent());
            kill(third);
            result.join().requireSuccess();
            runs.requireEveryImageOnce(output);
        } finally {
            kill(third);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Test
    void theNextRunContinuesAfterAKilledDriver() {
        String lease = "spark.vitrine.lease=3s";
        CompletableFuture<ProcessResult> result = runSlowly("--conf", lease, "--images-per-commit", "40");
        ProcessHandle.current()
                .descendants()
                .filter(process -> StandaloneCluster.commandLine(process).contains("deploy.SparkSubmit"))
                .forEach(ProcessHandle::destroyForcibly);
        assertThat(result.join().status()).isNotZero();
        cluster.await("the executors end", () -> cluster.executors().isEmpty());
        String leases = output + "/_vitrine/leases";
        for (String dead : runs.store().names(leases)) {
            runs.store().awaitOlderThan(leases + "/" + dead, Duration.ofSeconds(3));
        }
        run("--image-size", "512", "--batch-size", "4", "--conf", lease).requireSuccess();
        runs.requireEveryImageOnce(output);
    }
}
