package io.vitrine.job.plan;

import static io.vitrine.testkit.LocalSpark.standaloneConf;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.GpuOptions;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many tasks a session is expected to run at once. */
final class ClusterSlotsTest {
    private static final GpuOptions TWO_OF_THREE_TASKS =
            GpuOptions.builder().perExecutor(2).tasksPerGpu(3).build();

    private static final SparkConf TWO_EXECUTORS_OF_EIGHT_CORES =
            standaloneConf("spark.executor.instances", "2", "spark.executor.cores", "8");

    @Test
    void staticExecutorsStartBeforeTasks() {
        assertThat(ClusterSlots.executorsComeFirst(standaloneConf())).isTrue();
    }

    @Test
    void dynamicExecutorsStartForTasks() {
        assertThat(ClusterSlots.executorsComeFirst(standaloneConf("spark.dynamicAllocation.enabled", "true")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.dynamicAllocation.minExecutors",
                "spark.dynamicAllocation.initialExecutors",
                "spark.executor.instances"
            })
    void requestedDynamicExecutorsStartBeforeTasks(String setting) {
        assertThat(ClusterSlots.executorsComeFirst(
                        standaloneConf("spark.dynamicAllocation.enabled", "true", setting, "1")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 1, 16", "3, 24, 2, 12"})
    void coresLimitTheTasksOfAnExecutorWithoutGpus(int registered, int cores, int taskCores, int slots) {
        assertThat(ClusterSlots.count(TWO_EXECUTORS_OF_EIGHT_CORES, registered, cores, taskCores, GpuOptions.NONE))
                .isEqualTo(slots);
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 12", "3, 24, 18"})
    void gpusLimitTheTasksOfAnExecutor(int registered, int cores, int slots) {
        assertThat(ClusterSlots.count(TWO_EXECUTORS_OF_EIGHT_CORES, registered, cores, 1, TWO_OF_THREE_TASKS))
                .isEqualTo(slots);
    }

    @Test
    void oneExecutorWithGpusIsExpectedWhereNoneIsKnown() {
        assertThat(ClusterSlots.count(standaloneConf(), 0, 2, 1, TWO_OF_THREE_TASKS))
                .isEqualTo(6);
    }

    @Test
    void localModeHasItsThreads() {
        assertThat(ClusterSlots.count(standaloneConf("spark.master", "local[4]"), 0, 4, 1, TWO_OF_THREE_TASKS))
                .isEqualTo(4);
    }
}
