package io.vitrine.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.Destination;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** The JVM options of executors. */
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
}
