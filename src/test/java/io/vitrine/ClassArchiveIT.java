package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LaunchedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local run that was built with an archive of classes, beside an agent: Java 17 crashes with both. */
final class ClassArchiveIT {
    @TempDir
    private Path folder;

    @Test
    void aRunWithAnAgentEnds() throws IOException, InterruptedException {
        Path jar = SparkLine.ofThisBuild().jar(Path.of("")).toAbsolutePath();
        Path archive = Path.of(jar.toString().replaceFirst("\\.jar$", ".jsa"));
        assumeTrue(Files.isRegularFile(archive), "no archive of classes was built: nothing to crash with");
        String said = LaunchedJob.run(
                folder.resolve("log"),
                0,
                Map.of(
                        "VITRINE_JAR",
                        jar.toString(),
                        "JAVA_TOOL_OPTIONS",
                        "-XX:StartFlightRecording:filename=" + folder.resolve("run.jfr")),
                List.of(
                        "jobs/extract",
                        "--input",
                        "demo/pictures/star",
                        "--model",
                        DemoCheckpoint.location(),
                        "--output",
                        folder.resolve("out").toString(),
                        "--master",
                        "local[1]"));
        assertThat(said).contains("6 images: 6 ok");
        assertThat(folder.resolve("run.jfr")).isNotEmptyFile();
    }
}
