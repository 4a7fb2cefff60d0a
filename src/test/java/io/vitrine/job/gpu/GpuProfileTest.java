package io.vitrine.job.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.job.request.GpuOptions;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.junit.jupiter.api.Test;

/** What each master and allocation is asked for, without a cluster. */
public final class GpuProfileTest {
    private static final GpuOptions TWO_EACH =
            GpuOptions.builder().perExecutor(1).tasksPerGpu(2).build();

    /** A standalone cluster's settings, and these: a name, a value, a name. */
    public static SparkConf conf(String... settings) {
        SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        return conf;
    }

    @Test
    void staticExecutorsHoldTheirGpusAndTheDefaultShareIsSetToo() {
        SparkConf conf = conf();
        GpuProfile.configure(conf, TWO_EACH);
        assertThat(conf.get("spark.executor.resource.gpu.amount")).isEqualTo("1");
        assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("0.5");
        ResourceProfile profile = GpuProfile.of(conf, TWO_EACH).orElseThrow();
        assertThat(profile.executorResourcesJMap()).isEmpty();
        assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(0.5);
    }

    @Test
    void dynamicAllocationGetsExecutorAndTask() {
        SparkConf conf = conf("spark.dynamicAllocation.enabled", "true", "spark.executor.memory", "3g");
        GpuProfile.configure(conf, TWO_EACH);
        assertThat(conf.contains("spark.executor.resource.gpu.amount")).isFalse();
        ResourceProfile profile = GpuProfile.of(conf, TWO_EACH).orElseThrow();
        assertThat(profile.executorResourcesJMap().get("gpu").amount()).isEqualTo(1);
        assertThat(profile.executorResourcesJMap().get("cores").amount()).isEqualTo(2);
        assertThat(profile.executorResourcesJMap().get("memory").amount()).isEqualTo(3072);
    }

    @Test
    void withDynamicAllocationIdleExecutorsLetGoAndDecodersAreWarnedOf() {
        SparkConf conf =
                conf("spark.dynamicAllocation.enabled", "true", "spark.dynamicAllocation.executorIdleTimeout", "20");
        GpuProfile.configure(conf, TWO_EACH);
        assertThat(conf.get("spark.dynamicAllocation.shuffleTracking.timeout")).isEqualTo("20s");

        GpuOptions staged = GpuOptions.builder()
                .perExecutor(1)
                .tasksPerGpu(2)
                .stages(GpuOptions.Stages.STAGED)
                .build();
        assertThat(conf.get("spark.dynamicAllocation.cachedExecutorIdleTimeout"))
                .isEqualTo("20s");
        assertThat(GpuProfile.warnings(conf, TWO_EACH)).isEmpty();
        assertThat(GpuProfile.warnings(conf(), staged)).isEmpty();
        assertThat(GpuProfile.warnings(conf, staged)).singleElement().asString().contains("maxExecutors");
        conf.set("spark.dynamicAllocation.maxExecutors", "4");
        assertThat(GpuProfile.warnings(conf, staged)).hasSize(1);
        conf.set("spark.executor.cores", "2");
        assertThat(GpuProfile.warnings(conf, staged)).isEmpty();
        conf.set("spark.dynamicAllocation.minExecutors", "1");
        assertThat(GpuProfile.warnings(conf, staged)).singleElement().asString().contains("minExecutors");
    }

    @Test
    void asManyTasksShareAGpuAsThereAreCoresOrItIsSaid() {
        GpuOptions open = GpuOptions.builder().perExecutor(2).build();
        SparkConf conf = conf("spark.executor.cores", "16", "spark.task.cpus", "2");
        GpuOptions chosen = GpuProfile.configure(conf, open);
        assertThat(chosen.tasksPerGpu()).hasValue(4);
        assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("0.25");
        assertThat(GpuProfile.warnings(conf, chosen)).isEmpty();

        SparkConf quarter = conf("spark.executor.cores", "16", "spark.task.resource.gpu.amount", "0.25");
        assertThat(GpuProfile.configure(quarter, open).tasksPerGpu()).hasValue(4);
        SparkConf tiny = conf("spark.executor.cores", "16", "spark.task.resource.gpu.amount", "0.01");
        assertThat(GpuProfile.configure(tiny, open).tasksPerGpu()).hasValue(8);
        assertThat(GpuProfile.warnings(quarter, open.withTasksPerGpu(4)))
                .singleElement()
                .asString()
                .contains("of an executor's 16 cores only 8 have tasks", "spark.task.resource.gpu.amount");
        assertThat(GpuProfile.warnings(conf("spark.executor.cores", "7"), open.withTasksPerGpu(3)))
                .isEmpty();

        GpuOptions one = GpuProfile.configure(conf(), open);
        assertThat(one.tasksPerGpu()).hasValue(1);
        assertThat(GpuProfile.warnings(conf(), one)).singleElement().asString().contains("set spark.executor.cores");
        SparkConf eight = conf("spark.executor.cores", "8");
        assertThat(GpuProfile.warnings(eight, TWO_EACH))
                .singleElement()
                .asString()
                .contains("of an executor's 8 cores only 2 have tasks");
        GpuOptions single = GpuOptions.builder().perExecutor(1).build();
        assertThat(GpuProfile.configure(conf("spark.master", "yarn"), single).tasksPerGpu())
                .hasValue(1);
        SparkConf four = conf("spark.master", "yarn", "spark.executor.cores", "4");
        assertThat(GpuProfile.configure(four, single).tasksPerGpu()).hasValue(4);
        assertThatThrownBy(single::gpusPerTask).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void localModeHasNoProfileAndLocalClusterHas() {
        for (String master : new String[] {"local", "local[*]", "local[4]"}) {
            SparkConf conf = conf("spark.master", master);
            GpuProfile.configure(conf, TWO_EACH);
            assertThat(GpuProfile.of(conf, TWO_EACH)).isEmpty();
            assertThat(conf.contains("spark.task.resource.gpu.amount")).isFalse();
        }
        assertThat(GpuProfile.of(conf("spark.master", "local-cluster[2,2,1024]"), TWO_EACH))
                .isPresent();
        assertThat(GpuProfile.of(conf(), GpuOptions.NONE)).isEmpty();
    }

    @Test
    void settingsThatLeaveGpusIdleAreRefused() {
        assertThatThrownBy(() -> GpuProfile.configure(conf("spark.task.resource.gpu.amount", "1"), TWO_EACH))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("spark.task.resource.gpu.amount is 1");
        assertThatThrownBy(() -> GpuProfile.configure(conf("spark.executor.cores", "1"), TWO_EACH))
                .hasMessageContaining("An executor has 1 cores");
        assertThatThrownBy(() -> GpuProfile.configure(
                        conf("spark.executor.resource.gpu.amount", "1"),
                        GpuOptions.builder().perExecutor(2).tasksPerGpu(1).build()))
                .hasMessageContaining("is 1, but --gpus-per-executor is 2");
        assertThatThrownBy(() ->
                        GpuOptions.builder().perExecutor(1).tasksPerGpu(-1).build())
                .hasMessageContaining("--tasks-per-gpu is -1");
        assertThatThrownBy(() -> GpuOptions.builder()
                        .perExecutor(1)
                        .tasksPerGpu(1)
                        .resource("g p u")
                        .build())
                .hasMessageContaining("--gpu-resource-name is 'g p u'");
    }
}
