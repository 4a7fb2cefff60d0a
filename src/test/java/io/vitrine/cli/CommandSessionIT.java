package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a process that has a Spark session already, and in one that has none. */
final class CommandSessionIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void drawPicture() throws IOException {
        Files.createDirectory(folder.resolve("pictures"));
        Files.write(folder.resolve("pictures/0.png"), Pictures.drawn("png", 40, 30, 0));
    }

    private int extract() {
        return Cli.run(
                "extract",
                "--input",
                folder + "/pictures",
                "--model",
                DemoCheckpoint.location(),
                "--columns",
                "cls",
                "--output",
                folder + "/features");
    }

    private int export() {
        return Cli.run(
                "vectors",
                "--features",
                folder + "/features",
                "--column",
                "cls",
                "--to",
                "npy",
                "--output",
                folder + "/npy");
    }

    @Test
    void theCallersSessionGoesOn() throws IOException {
        try (SparkSession spark = LocalSpark.session()) {
            assertThat(extract()).isZero();
            assertThat(export()).isZero();
            assertThat(spark.sparkContext().isStopped()).isFalse();
            assertThat(spark.read().format("vitrine").load(folder + "/features").count())
                    .isOne();
        }
    }

    @Test
    void aCommandsOwnSessionEndsWithIt() {
        assertThat(extract()).isZero();
        assertThat(export()).isZero();
        assertThat(SparkSession.getDefaultSession().isDefined()
                        && !SparkSession.getDefaultSession()
                                .get()
                                .sparkContext()
                                .isStopped())
                .isFalse();
    }
}
