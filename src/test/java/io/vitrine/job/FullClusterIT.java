package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.dev.sandbox.Submission;
import io.vitrine.testkit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dynamic allocation in a cluster without spare cores: one worker with four cores and a GPU. No run may wait for executors that
 * cannot start.
 */
@Timeout(200)
final class FullClusterIT {
    @TempDir
    private static Path folder;

    private static ClusterRuns runs;
    private static StandaloneCluster cluster;
    private static String folderOutput;

    private final String output = runs.newOutput();

    /** The first run: its GPU executor keeps all cores for the ten minutes that it may be idle. */
    @BeforeAll
    @Timeout(200)
    static void start() throws IOException {
        runs = ClusterRuns.start(folder, "full-cluster");
        cluster = StandaloneCluster.start(Files.createDirectory(folder.resolve("cluster")));
        cluster.startWorker(4, "0");
        folderOutput = runs.newOutput();
        runs.run(extract(folderOutput)
                        .with("--input", runs.input(), "--images-per-commit", "40")
                        .with("--conf", "spark.dynamicAllocation.executorIdleTimeout=600s"))
                .requireSuccess();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        runs.close();
    }

    private static Submission extract(String output) {
        return runs.extract(cluster, output)
                .with(ClusterRuns.DYNAMIC_ALLOCATION)
                .with("--conf", "spark.executor.cores=4", "--gpus-per-executor", "1", "--device", "cpu");
    }

    @Test
    void aGpuExecutorThatKeepsAllCoresDoesNotBlockItsOwnRun() {
        runs.requireEveryImageOnce(folderOutput);
    }

    @Test
    void executorsWithoutAGpuGiveTheirCoresToTheGpuExecutor() throws IOException {
        List<String> paths = Stream.concat(
                        Stream.of("path", runs.badFile()),
                        IntStream.range(0, ClusterRuns.IMAGES).mapToObj(runs::image))
                .toList();
        Path list = Files.write(folder.resolve("list.csv"), paths);
        runs.run(extract(output)
                        .with("--input-list", list.toUri().toString())
                        .with("--conf", "spark.dynamicAllocation.executorIdleTimeout=3s"))
                .requireSuccess();
        assertThat(runs.rows(output)).isEqualTo(runs.rows(folderOutput));
    }

    @Test
    void decodersAndTheGpuExecutorRunSideBySide() throws IOException {
        runs.run(extract(output)
                        .with("--input", runs.input(), "--plan", "staged")
                        .with("--conf", "spark.dynamicAllocation.executorIdleTimeout=600s")
                        .with("--conf", "spark.executor.cores=2")
                        .with("--conf", "spark.dynamicAllocation.maxExecutors=1"))
                .requireSuccess();
        assertThat(runs.rows(output)).isEqualTo(runs.rows(folderOutput));
        assertThat(runs.record(output).path("gpus").size()).isOne();
    }
}
