package io.vitrine.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.Destination;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session starts with: the JVM options of executors, and who can reach it. */
final class SessionSettingsTest {
    private static final String OPTIONS = "spark.executor.defaultJavaOptions";
    private static final String USER_OPTIONS = "spark.executor.extraJavaOptions";

    private static String options(SparkConf conf) {
        return SessionSettings.complete(conf, Destination.parquet("features"), 1_000_000)
                .get(OPTIONS);
    }

    private static SparkConf conf() {
        return new SparkConf(false);
    }

    @Test
    void executorsGetTheOptionsOfTheFileWithoutItsComments() {
        assertThat(options(conf()))
                .startsWith("-XX:+IgnoreUnrecognizedVMOptions -XX:+UseParallelGC ")
                .endsWith("io.vitrine.image.*::*,0.01")
                .doesNotContain("#");
    }

    @Test
    void optionsOfTheUserStay() {
        assertThat(options(conf().set(OPTIONS, "-Dmine=1"))).isEqualTo("-Dmine=1");
    }

    /** A JVM with two collectors does not start. */
    @Test
    void theUsersGarbageCollectorReplacesTheFiles() {
        assertThat(options(conf().set(USER_OPTIONS, "-Da=b -XX:+UseG1GC")))
                .doesNotContain("GC ")
                .contains("-XX:MetaspaceSize");
    }

    @Test
    void anotherOptionAboutCollectionKeepsTheFilesCollector() {
        assertThat(options(conf().set(USER_OPTIONS, "-XX:+PrintGCDetails"))).contains("ParallelGC");
    }

    private static SparkConf completed(String... settings) {
        SparkConf conf = conf();
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        return SessionSettings.complete(conf, Destination.parquet("features"), 1_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "local[4]", "local-cluster[2,1,1024]"})
    void aRunOnOneHostListensOnTheLoopbackInterface(String master) {
        SparkConf conf = completed("spark.master", master);
        assertThat(conf.get("spark.driver.host")).isEqualTo("127.0.0.1");
        assertThat(conf.get("spark.driver.bindAddress")).isEqualTo("127.0.0.1");
    }

    @Test
    void withoutAMasterARunIsLocal() {
        assertThat(completed().get("spark.driver.bindAddress")).isEqualTo("127.0.0.1");
    }

    @Test
    void onAClusterTheDriverMustBeReachable() {
        assertThat(completed("spark.master", "spark://host:7077").contains("spark.driver.bindAddress"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark.driver.host", "spark.driver.bindAddress"})
    void theUsersAddressStays(String setting) {
        SparkConf conf = completed("spark.master", "local[2]", setting, "10.0.0.7");
        assertThat(conf.get(setting)).isEqualTo("10.0.0.7");
        assertThat(conf.contains("spark.ui.filters")).isFalse();
    }

    @Test
    void theUsersVariableStays() {
        assertThat(LocalMode.settings(conf(), Map.of("SPARK_LOCAL_IP", "10.0.0.7")))
                .doesNotContainKeys("spark.driver.host", "spark.driver.bindAddress", "spark.ui.filters");
    }

    @Test
    void thePageStopsNothingUnlessTheUserSaysSo() {
        assertThat(completed().get("spark.ui.killEnabled")).isEqualTo("false");
        assertThat(completed("spark.ui.killEnabled", "true").get("spark.ui.killEnabled"))
                .isEqualTo("true");
    }

    @Test
    void noSettingIsNamedAfterTheHubsToken() {
        assertThat(completed("spark.master", "spark://host:7077").getAll())
                .noneMatch(setting -> setting._1().contains("HF_TOKEN"));
    }

    @Test
    void thePluginOfMetricsComesAfterTheUsers() {
        String ours = "io.vitrine.job.metrics.MetricsPlugin";
        assertThat(completed().get("spark.plugins")).isEqualTo(ours);
        assertThat(completed("spark.plugins", "a.B").get("spark.plugins")).isEqualTo("a.B," + ours);
        assertThat(completed("spark.plugins", ours + ",a.B").get("spark.plugins"))
                .isEqualTo(ours + ",a.B");
    }
}
