package io.vitrine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SparkInstallationTest {
    private static final SparkLine LINE = SparkLine.ofThisBuild();

    @TempDir
    private Path folder;

    private SparkInstallation find(Path home) {
        return SparkInstallation.find(Optional.of(home.toString()), folder);
    }

    /** A distribution whose spark-core has this file name. */
    private Path home(String core) throws IOException {
        Path home = folder.resolve("spark");
        Files.createDirectories(home.resolve("jars"));
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(home.resolve("bin/spark-submit"));
        Files.createFile(home.resolve("jars").resolve(core));
        return home;
    }

    @ParameterizedTest
    @ValueSource(strings = {".0.0", ".99.0", ".1.0-amzn-0"})
    void aDistributionOfTheRightVersionsIsTaken(String patch) throws IOException {
        Path home = home("spark-core_" + LINE.scala() + "-" + LINE.spark() + patch + ".jar");
        assertThat(find(home)).isEqualTo(new SparkInstallation(Optional.of(home), home + "/jars/*"));
    }

    @ParameterizedTest
    @CsvSource({
        "spark-core_2.13-3.5.0.jar, which is Spark 3.5.0 for Scala 2.13.",
        "spark-core_2.12-3.4.1.jar, which is Spark 3.4.1 for Scala 2.12.",
        "spark-core_2.13-5.0.0.jar, which is Spark 5.0.0 for Scala 2.13.",
        "other.jar, whose jars have no spark-core."
    })
    void anotherVersionIsRefused(String core, String problem) throws IOException {
        Path home = home(core);
        assertThatThrownBy(() -> find(home))
                .isInstanceOf(LaunchException.class)
                .hasMessage("SPARK_HOME is " + home + ", " + problem + " Set it to a distribution of " + LINE.describe()
                        + ", or unset it to use Maven's Spark.");
    }

    @Test
    void aFolderThatIsNoDistributionIsRefused() throws IOException {
        Path home = folder.resolve("spark");
        assertThatThrownBy(() -> find(home)).hasMessageContaining("SPARK_HOME is " + home + ", which is not a folder.");
        Files.createDirectories(home);
        assertThatThrownBy(() -> find(home)).hasMessageContaining("which has no folder jars.");
        Files.createDirectories(home.resolve("jars"));
        assertThatThrownBy(() -> find(home)).hasMessageContaining("which has no bin/spark-submit.");
    }

    @Test
    void withoutADistributionMavensJarsAreTaken() throws IOException {
        Files.createDirectories(folder.resolve(LINE.folder()));
        Files.writeString(LINE.classPathFile(folder), "a.jar:b.jar\n");
        assertThat(SparkInstallation.find(Optional.empty(), folder))
                .isEqualTo(new SparkInstallation(Optional.empty(), "a.jar:b.jar"));
    }

    @Test
    void withNeitherTheMessageAsksForABuild() {
        assertThatThrownBy(() -> SparkInstallation.find(Optional.empty(), folder))
                .isInstanceOf(LaunchException.class)
                .hasMessage("SPARK_HOME is not set and " + LINE.classPathFile(folder)
                        + " is missing. Set SPARK_HOME, or build first: " + LINE.build());
    }
}
