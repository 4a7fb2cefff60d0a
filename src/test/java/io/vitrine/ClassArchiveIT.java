package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        Path log = folder.resolve("log");
        ProcessBuilder job = new ProcessBuilder("jobs/extract", "--input", "demo/pictures/star")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        job.command()
                .addAll(List.of(
                        "--model",
                        DemoCheckpoint.location(),
                        "--output",
                        folder.resolve("out").toString()));
        job.command().addAll(List.of("--master", "local[1]"));
        job.environment().put("VITRINE_JAR", jar.toString());
        job.environment().put("JAVA_TOOL_OPTIONS", "-XX:StartFlightRecording:filename=" + folder.resolve("run.jfr"));
        Process process = job.start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(log);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        assertThat(said).contains("6 images: 6 ok");
        assertThat(folder.resolve("run.jfr")).isNotEmptyFile();
    }
}
