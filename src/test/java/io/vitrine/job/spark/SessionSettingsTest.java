package io.vitrine.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.Destination;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class SessionSettingsTest {
    private static final String DEFAULTS = "spark.executor.defaultJavaOptions";

    private static String options(Map<String, String> given) {
        SparkConf conf = new SparkConf(false);
        given.forEach(conf::set);
        return SessionSettings.complete(conf, Destination.parquet("features"), 1_000_000)
                .get(DEFAULTS);
    }

    @Test
    void executorsStartWithTheOptionsOfTheirFile() {
        assertThat(options(Map.of()))
                .startsWith("-XX:+IgnoreUnrecognizedVMOptions -XX:+UseParallelGC ")
                .endsWith("io.vitrine.image.*::*,0.01")
                .doesNotContain("#");
    }

    @Test
    void whatTheUserSetStays() {
        assertThat(options(Map.of(DEFAULTS, "-Dmine=1"))).isEqualTo("-Dmine=1");
    }

    /** A JVM that is told of two collectors does not start. */
    @Test
    void theUsersCollectorStandsAlone() {
        assertThat(options(Map.of("spark.executor.extraJavaOptions", "-Da=b -XX:+UseG1GC")))
                .doesNotContain("GC ")
                .contains("-XX:MetaspaceSize");
        assertThat(options(Map.of("spark.executor.extraJavaOptions", "-XX:+PrintGCDetails")))
                .contains("ParallelGC");
    }
}
