package io.vitrine.job.gpu;

import static io.vitrine.testkit.LocalSpark.standaloneConf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.job.request.GpuOptions;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings and resource profiles for each kind of cluster, without a cluster. */
final class GpuProfileTest {
    private static final GpuOptions ONE_OF_TWO_TASKS =
            GpuOptions.builder().perExecutor(1).tasksPerGpu(2).build();

    private static final GpuOptions TWO = GpuOptions.builder().perExecutor(2).build();

    private static final GpuOptions STAGED = GpuOptions.builder()
            .perExecutor(1)
            .tasksPerGpu(2)
            .stages(GpuOptions.Stages.STAGED)
            .build();

    private static SparkConf dynamicConf(String... settings) {
        return standaloneConf(settings).set("spark.dynamicAllocation.enabled", "true");
    }

    /** Settings as text, such as {@code spark.executor.cores=4 spark.task.cpus=2}, for tables of cases. */
    private static SparkConf confOf(String settings) {
        SparkConf conf = standaloneConf();
        if (settings != null) {
            for (String setting : settings.split(" ")) {
                conf.set(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
            }
        }
        return conf;
    }

    @Test
    void staticExecutorsHoldTheirGpus() {
        SparkConf conf = standaloneConf();
        GpuProfile.configure(conf, ONE_OF_TWO_TASKS);
        assertThat(conf.get("spark.executor.resource.gpu.amount")).isEqualTo("1");
        assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("0.5");
    }

    @Test
    void staticAllocationHasAProfileOfTasksOnly() {
        SparkConf conf = standaloneConf();
        GpuProfile.configure(conf, ONE_OF_TWO_TASKS);
        ResourceProfile profile = GpuProfile.of(conf, ONE_OF_TWO_TASKS).orElseThrow();
        assertThat(profile.executorResourcesJMap()).isEmpty();
        assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(0.5);
    }

    @Test
    void dynamicAllocationHasAProfileOfExecutorsToo() {
        SparkConf conf = dynamicConf("spark.executor.memory", "3g");
        GpuProfile.configure(conf, ONE_OF_TWO_TASKS);
        assertThat(conf.contains("spark.executor.resource.gpu.amount")).isFalse();
        ResourceProfile profile = GpuProfile.of(conf, ONE_OF_TWO_TASKS).orElseThrow();
        assertThat(profile.executorResourcesJMap().get("gpu").amount()).isEqualTo(1);
        assertThat(profile.executorResourcesJMap().get("cores").amount()).isEqualTo(2);
        assertThat(profile.executorResourcesJMap().get("memory").amount()).isEqualTo(3072);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "local[*]", "local[4]"})
    void localModeHasNoProfile(String master) {
        SparkConf conf = standaloneConf("spark.master", master);
        GpuProfile.configure(conf, ONE_OF_TWO_TASKS);
        assertThat(GpuProfile.of(conf, ONE_OF_TWO_TASKS)).isEmpty();
        assertThat(conf.contains("spark.task.resource.gpu.amount")).isFalse();
    }

    @Test
    void aLocalClusterHasAProfile() {
        SparkConf conf = standaloneConf("spark.master", "local-cluster[2,2,1024]");
        assertThat(GpuProfile.of(conf, ONE_OF_TWO_TASKS)).isPresent();
    }

    @Test
    void aRunWithoutGpusHasNoProfile() {
        assertThat(GpuProfile.of(standaloneConf(), GpuOptions.NONE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 4, spark.executor.cores=16 spark.task.cpus=2",
        "2, 4, spark.executor.cores=16 spark.task.resource.gpu.amount=0.25",
        "2, 8, spark.executor.cores=16 spark.task.resource.gpu.amount=0.01",
        "2, 1,",
        "1, 1, spark.master=yarn",
        "1, 4, spark.master=yarn spark.executor.cores=4"
    })
    void asManyTasksShareAGpuAsThereAreCoresForThem(int perExecutor, int tasksPerGpu, String settings) {
        GpuOptions open = GpuOptions.builder().perExecutor(perExecutor).build();
        assertThat(GpuProfile.configure(confOf(settings), open).tasksPerGpu()).hasValue(tasksPerGpu);
    }

    @Test
    void theChosenShareOfAGpuBecomesASetting() {
        SparkConf conf = standaloneConf("spark.executor.cores", "16", "spark.task.cpus", "2");
        GpuOptions chosen = GpuProfile.configure(conf, TWO);
        assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("0.25");
        assertThat(GpuProfile.warnings(conf, chosen)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 4, spark.executor.cores=16 spark.task.resource.gpu.amount=0.25, of an executor's 16 cores only 8 have tasks",
        "1, 2, spark.executor.cores=8, of an executor's 8 cores only 2 have tasks"
    })
    void coresWithoutTasksGiveAWarning(int perExecutor, int tasksPerGpu, String settings, String warning) {
        GpuOptions gpus = GpuOptions.builder()
                .perExecutor(perExecutor)
                .tasksPerGpu(tasksPerGpu)
                .build();
        assertThat(GpuProfile.warnings(confOf(settings), gpus))
                .singleElement()
                .asString()
                .contains(warning, "spark.task.resource.gpu.amount");
    }

    @Test
    void coresThatDoNotMakeUpATaskPerGpuGiveNoWarning() {
        assertThat(GpuProfile.warnings(standaloneConf("spark.executor.cores", "7"), TWO.withTasksPerGpu(3)))
                .isEmpty();
    }

    @Test
    void aSingleTaskPerGpuOnUnknownCoresGivesAWarning() {
        assertThat(GpuProfile.warnings(standaloneConf(), TWO.withTasksPerGpu(1)))
                .singleElement()
                .asString()
                .contains("set spark.executor.cores");
    }

    @Test
    void idleExecutorsGiveUpShufflesAndCachesWithDynamicAllocation() {
        SparkConf conf = dynamicConf("spark.dynamicAllocation.executorIdleTimeout", "20");
        GpuProfile.configure(conf, ONE_OF_TWO_TASKS);
        assertThat(conf.get("spark.dynamicAllocation.shuffleTracking.timeout")).isEqualTo("20s");
        assertThat(conf.get("spark.dynamicAllocation.cachedExecutorIdleTimeout"))
                .isEqualTo("20s");
    }

    @Test
    void decodersThatCanFillTheClusterGiveAWarning() {
        SparkConf conf = dynamicConf();
        assertThat(GpuProfile.warnings(conf, STAGED)).singleElement().asString().contains("maxExecutors");
        conf.set("spark.dynamicAllocation.maxExecutors", "4");
        assertThat(GpuProfile.warnings(conf, STAGED)).hasSize(1);
        conf.set("spark.executor.cores", "2");
        assertThat(GpuProfile.warnings(conf, STAGED)).isEmpty();
    }

    @Test
    void decodersOfStaticAllocationAndOfTheFusedPlanGiveNoWarning() {
        assertThat(GpuProfile.warnings(standaloneConf(), STAGED)).isEmpty();
        assertThat(GpuProfile.warnings(dynamicConf(), ONE_OF_TWO_TASKS)).isEmpty();
    }

    @Test
    void executorsThatAlwaysStayGiveAWarning() {
        SparkConf conf = dynamicConf(
                "spark.dynamicAllocation.maxExecutors",
                "4",
                "spark.executor.cores",
                "2",
                "spark.dynamicAllocation.minExecutors",
                "1");
        assertThat(GpuProfile.warnings(conf, STAGED)).singleElement().asString().contains("minExecutors");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, spark.task.resource.gpu.amount=1, spark.task.resource.gpu.amount is 1",
        "1, 2, spark.executor.cores=1, An executor has 1 cores",
        "2, 1, spark.executor.resource.gpu.amount=1, 'is 1, but --gpus-per-executor is 2'"
    })
    void settingsThatContradictTheOptionsAreRefused(int perExecutor, int tasksPerGpu, String settings, String message) {
        GpuOptions gpus = GpuOptions.builder()
                .perExecutor(perExecutor)
                .tasksPerGpu(tasksPerGpu)
                .build();
        assertThatThrownBy(() -> GpuProfile.configure(confOf(settings), gpus))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }
}
