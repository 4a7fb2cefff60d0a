package io.vitrine.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import org.junit.jupiter.api.Test;

final class RunningSparkTest {
    private static final SparkLine LINE = SparkLine.ofThisBuild();

    @Test
    void theSparkOfTheBuildFits() {
        assertThatCode(RunningSpark::requireFitting).doesNotThrowAnyException();
    }

    @Test
    void patchVersionsAndVendorsDoNotMatter() {
        assertThatCode(() -> RunningSpark.requireFitting(LINE.spark() + ".99-amzn-1", LINE.scala() + ".99"))
                .doesNotThrowAnyException();
    }

    @Test
    void theOtherLineIsRefusedWithTheNameOfItsJar() {
        boolean isFour = LINE.spark().equals("4");
        String version = isFour ? "3.5.8" : "4.1.3";
        String scala = isFour ? "2.12.18" : "2.13.17";
        assertThatThrownBy(() -> RunningSpark.requireFitting(version, scala))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("This jar of Vitrine is for " + LINE.describe() + ", and Spark here is " + version
                        + " for Scala " + scala + "; use "
                        + (isFour ? "vitrine_2.12-spark3.5.jar." : "vitrine_2.13-spark4.jar."));
    }

    @Test
    void aSparkWithoutAJarIsRefused() {
        assertThatThrownBy(() -> RunningSpark.requireFitting("3.5.8", "2.13.8"))
                .hasMessageEndingWith("and Spark here is 3.5.8 for Scala 2.13.8; no jar of Vitrine runs on that.");
        assertThatThrownBy(() -> RunningSpark.requireFitting("40.0.0", "2.13.8"))
                .hasMessageContaining("no jar of Vitrine");
    }

    @Test
    void theCoordinatesOfPackagesAreForThisSpark() {
        assertThat(SparkLine.cloud()).matches("org\\.apache\\.spark:spark-hadoop-cloud_" + LINE.scala() + ":\\d.*");
        assertThat(SparkLine.delta()).matches("io\\.delta:delta-spark_.*" + LINE.scala() + ":\\d.*");
        assertThat(SparkLine.iceberg()).matches("org\\.apache\\.iceberg:.*_" + LINE.scala() + ":\\d.*");
    }
}
