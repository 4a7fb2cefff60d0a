package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.dev.sandbox.StandaloneCluster;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real standalone cluster: a master, two workers with a GPU address each (the CPU does the work), the real SparkSubmit, S3.
 * Tasks go where they should, and every image is one row whoever dies.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterIT {
    private static final int IMAGES = 60;
    private static final String INPUT = "s3a://cluster-images/photos";

    @TempDir
    private static Path folder;

    private S3Store store;
    private StandaloneCluster cluster;
    private SparkSession spark;
    private int outputs;
    private String output;

    @BeforeAll
    void start() throws IOException {
        store = Sandbox.store(folder.resolve("s3"), "cluster-images", "cluster-features");
        try (FileSystem fs =
                FileSystem.newInstance(new org.apache.hadoop.fs.Path(INPUT).toUri(), Sandbox.configuration(store))) {
            for (int i = 0; i < IMAGES; i++) {
                Sandbox.put(fs, INPUT + "/" + i + ".png", Pictures.drawn("png", 80, 60, i));
            }
            Sandbox.put(fs, INPUT + "/bad.png", "no image".getBytes(StandardCharsets.UTF_8));
        }
        cluster = StandaloneCluster.start(Files.createDirectories(folder.resolve("cluster")));
        cluster.worker(4, "0");
        cluster.worker(4, "1");
        spark = Sandbox.session(store.settingsWithKeys());
    }

    @AfterAll
    void stop() {
        spark.stop();
        cluster.close();
        store.close();
    }

    private Submission extract(String... more) {
        output = "s3a://cluster-features/out-" + ++outputs;
        return again(more);
    }

    private Submission again(String... more) {
        return cluster.extract(store)
                .with("--conf", "spark.executor.cores=2")
                .with("--input", INPUT, "--model", Sandbox.DEMO.toString(), "--output", output)
                .with(more);
    }

    private static final String[] DYNAMIC = {
        "--conf", "spark.dynamicAllocation.enabled=true",
        "--conf", "spark.dynamicAllocation.shuffleTracking.enabled=true",
        "--conf", "spark.dynamicAllocation.maxExecutors=2"
    };

    private static final String[] GPUS = {"--gpus-per-executor", "1", "--tasks-per-gpu", "2", "--device", "cpu"};

    private int run(Submission submission) {
        return submission.run(folder.resolve("out.txt"), folder.resolve("err.txt"));
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("out.txt")) + Files.readString(folder.resolve("err.txt"));
    }

    private void assertSucceeds(Submission submission) throws IOException {
        int status = run(submission);
        assertThat(status).as(said()).isZero();
    }

    private JsonNode record() throws IOException {
        try (Stream<Path> records = Files.list(store.data().resolve(output.replace("s3a://", "") + "/_vitrine"))) {
            return JsonFile.read(
                    records.filter(file -> file.getFileName().toString().matches("[0-9].*\\.json"))
                            .max(Path::compareTo)
                            .orElseThrow());
        }
    }

    /** Path to status and state, in hexadecimal; each path once. */
    private Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        for (Row row : spark.read()
                .parquet(output)
                .selectExpr("path", "status || ' ' || coalesce(hex(last_hidden_state), '') AS state")
                .collectAsList()) {
            assertThat(rows.put(row.getString(0), row.getString(1))).isNull();
        }
        return rows;
    }

    private void assertEveryImageOnce() {
        Map<String, String> rows = rows();
        assertThat(rows).hasSize(IMAGES + 1);
        assertThat(rows.values().stream()
                        .filter(state -> state.startsWith("ok "))
                        .count())
                .isEqualTo(IMAGES);
    }

    private void assertSharedByTwoTasks(JsonNode record) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode gpu : record.path("gpus")) {
            addresses.add(gpu.path("address").asText());
            assertThat(gpu.path("tasks").asInt()).isBetween(1, 2);
        }
        assertThat(addresses).containsExactlyInAnyOrder("0", "1");
        List<String> loads = new ArrayList<>();
        record.path("model_loads")
                .forEach(load -> loads.add(load.path("executor").asText()));
        assertThat(loads).hasSize(2).doesNotHaveDuplicates(); // one model an executor
        assertThat(record.path("images").path("ok").asInt()).isEqualTo(IMAGES);
    }

    @Test
    void bothAllocationsUseEveryGpuAndBothPlansGiveTheSameRows() throws IOException {
        assertSucceeds(extract(GPUS));
        assertThat(said()).contains("static allocation: executors hold them, a resource profile of the task");
        assertSharedByTwoTasks(record());
        Map<String, String> fused = rows();
        assertThat(fused).hasSize(IMAGES + 1);

        assertSucceeds(extract(GPUS).with(DYNAMIC));
        assertThat(said()).contains("dynamic allocation: a resource profile of executor and task");
        assertSharedByTwoTasks(record());
        assertThat(rows()).isEqualTo(fused);

        assertSucceeds(extract(GPUS).with("--plan", "staged"));
        assertSharedByTwoTasks(record());
        assertThat(rows()).isEqualTo(fused);
    }

    /**
     * One worker has four cores. In the first run they are the GPU executor's for ten minutes, in the second others had them
     * first, in the third two executors decode and infer side by side.
     */
    @Test
    @Timeout(400)
    void dynamicAllocationInAFullClusterDoesNotWaitForEver() throws IOException {
        Path list = folder.resolve("list.csv");
        Files.writeString(
                list,
                IntStream.range(0, IMAGES)
                        .mapToObj(i -> INPUT + "/" + i + ".png\n")
                        .collect(Collectors.joining("", "path\n" + INPUT + "/bad.png\n", "")));
        try (StandaloneCluster full = StandaloneCluster.start(Files.createDirectories(folder.resolve("full")))) {
            full.worker(4, "0");
            assertSucceeds(alone(full, "600s", "--input", INPUT, "--images-per-commit", "40"));
            assertEveryImageOnce();
            Map<String, String> rows = rows();
            assertSucceeds(alone(full, "3s", "--input-list", list.toUri().toString()));
            assertThat(rows()).isEqualTo(rows);
            assertSucceeds(alone(full, "600s", "--input", INPUT, "--plan", "staged")
                    .with("--conf", "spark.executor.cores=2", "--conf", "spark.dynamicAllocation.maxExecutors=1"));
            assertThat(rows()).isEqualTo(rows);
            assertThat(record().path("gpus").size()).isEqualTo(1);
        }
    }

    private Submission alone(StandaloneCluster full, String idle, String... input) {
        output = "s3a://cluster-features/out-" + ++outputs;
        return full.extract(store)
                .with(DYNAMIC)
                .with("--conf", "spark.dynamicAllocation.executorIdleTimeout=" + idle)
                .with("--model", Sandbox.DEMO.toString(), "--output", output)
                .with("--conf", "spark.executor.cores=4", "--gpus-per-executor", "1", "--device", "cpu")
                .with(input);
    }

    @Test
    void withoutAUsableGpuItStopsBeforeAnyWorkOrFallsBackAloud() throws IOException {
        assertThat(run(extract("--gpus-per-executor", "1", "--device", "gpu")))
                .isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(said())
                .contains("error: --device gpu, but no GPU can be used: this build of ONNX Runtime is for CPUs only");
        assertThat(store.data().resolve(output.replace("s3a://", ""))).doesNotExist();

        assertThat(run(extract("--gpus-per-executor", "1", "--tasks-per-gpu", "4", "--device", "cpu")))
                .isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(said())
                .contains("An executor has 2 cores (spark.executor.cores), but 1 GPUs with 4 tasks each keep 4 busy");
        assertThat(run(extract("--conf", "spark.task.resource.gpu.amount=1").with(GPUS)))
                .isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(said()).contains("spark.task.resource.gpu.amount is 1, so that fewer than --tasks-per-gpu 2");

        assertSucceeds(extract("--gpus-per-executor", "1"));
        assertThat(said()).contains("note           NO GPU CAN BE USED, so the CPU runs the model");
        assertEveryImageOnce();
    }

    @Test
    void inClusterModeTheDriversOutcomeIsTheStatus() throws IOException {
        assertSucceeds(extract("--deploy-mode", "cluster", "--driver-memory", "700m"));
        assertEveryImageOnce();
        assertThat(run(again("--deploy-mode", "cluster", "--driver-memory", "700m", "--columns", "embedding")))
                .isEqualTo(1);
        assertThat(said()).contains("ended as FAILED");
    }

    /** Large inputs make a run of some twenty seconds; what dies, dies while tasks are running. */
    private CompletableFuture<Integer> slowly(String... more) {
        Submission submission = extract("--image-size", "512", "--batch-size", "4", "--partitions", "15")
                .with(more);
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> run(submission));
        cluster.await(() -> status.isDone() || cluster.executors().size() >= 2);
        awaitTasks(status);
        return status;
    }

    private void awaitTasks(CompletableFuture<Integer> status) {
        int before = finished();
        cluster.await(() -> status.isDone() || finished() >= before + 2);
    }

    /** Tasks that executors have logged the end of. */
    private int finished() {
        return cluster.logs().split("Finished task", -1).length;
    }

    @Test
    void anExecutorThatIsKilledCostsTimeOnly() throws IOException {
        CompletableFuture<Integer> status = slowly("--conf", "spark.speculation=true");
        cluster.executors().get(0).destroyForcibly();
        assertThat(status.join()).as(said()).isZero();
        assertEveryImageOnce();
        assertThat(record().path("images").path("ok").asInt()).isEqualTo(IMAGES); // from what was committed
        assertThat(said()).contains((IMAGES + 1) + " images: " + IMAGES + " ok, 1 failed");
    }

    @Test
    void aWorkerThatIsKilledCostsTimeOnly() throws IOException {
        Process third = cluster.worker(4, "2");
        CompletableFuture<Integer> status = slowly("--conf", "spark.cores.max=6");
        cluster.await(() -> status.isDone() || third.descendants().findAny().isPresent());
        third.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        third.destroyForcibly();
        assertThat(status.join()).as(said()).isZero();
        assertEveryImageOnce();
    }

    @Test
    void aDriverThatIsKilledLeavesNothingVisibleAndTheNextRunGoesOn() throws IOException {
        String lease = "spark.vitrine.lease=3s";
        CompletableFuture<Integer> status = slowly("--conf", lease, "--images-per-commit", "40");
        ProcessHandle.current()
                .descendants()
                .filter(process -> StandaloneCluster.commandLine(process).contains("deploy.SparkSubmit"))
                .forEach(ProcessHandle::destroyForcibly);
        assertThat(status.join()).isNotZero();
        cluster.await(() -> cluster.executors().isEmpty());
        try {
            Thread.sleep(5000); // the dead run's lease ends
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertSucceeds(again("--image-size", "512", "--batch-size", "4").with("--conf", lease));
        assertEveryImageOnce();
    }
}
