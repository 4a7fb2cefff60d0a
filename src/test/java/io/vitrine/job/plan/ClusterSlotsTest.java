package io.vitrine.job.plan;

import static io.vitrine.job.gpu.GpuProfileTest.conf;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.GpuOptions;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** How many tasks a session is expected to run at once. */
final class ClusterSlotsTest {
    private static final GpuOptions THREE_EACH =
            GpuOptions.builder().perExecutor(2).tasksPerGpu(3).build();

    @Test
    void executorsAreWaitedForUnlessTheyComeWithTheirTasks() {
        assertThat(ClusterSlots.executorsComeFirst(conf())).isTrue();
        assertThat(ClusterSlots.executorsComeFirst(conf("spark.dynamicAllocation.enabled", "true")))
                .isFalse();
        for (String some : new String[] {
            "spark.dynamicAllocation.minExecutors",
            "spark.dynamicAllocation.initialExecutors",
            "spark.executor.instances"
        }) {
            assertThat(ClusterSlots.executorsComeFirst(conf("spark.dynamicAllocation.enabled", "true", some, "1")))
                    .isTrue();
        }
    }

    @Test
    void gpusBoundTheTasksOfAnExecutorAndCoresThoseOfOthers() {
        SparkConf two = conf("spark.executor.instances", "2", "spark.executor.cores", "8");
        assertThat(ClusterSlots.count(two, 0, 2, 1, GpuOptions.NONE)).isEqualTo(16);
        assertThat(ClusterSlots.count(two, 3, 24, 2, GpuOptions.NONE)).isEqualTo(12);
        assertThat(ClusterSlots.count(two, 0, 2, 1, THREE_EACH)).isEqualTo(12);
        assertThat(ClusterSlots.count(two, 3, 24, 1, THREE_EACH)).isEqualTo(18);
        assertThat(ClusterSlots.count(conf(), 0, 2, 1, THREE_EACH)).isEqualTo(6);
        assertThat(ClusterSlots.count(conf("spark.master", "local[4]"), 0, 4, 1, THREE_EACH))
                .isEqualTo(4);
    }
}
