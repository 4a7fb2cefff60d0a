package io.vitrine.soak;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.JvmOptions;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.Soak;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of many small images on two slots, in commits, with one file in a hundred that is no good picture and one that the store
 * does not deliver. It runs once, in a process with a fixed heap; the tests look at its rows and its memory.
 */
final class LongRunIT {
    private static final int IMAGES = Soak.rounds(2_000, 200_000);
    private static final int IMAGES_PER_COMMIT = IMAGES / Soak.rounds(4, 8);
    private static final int HEAP_MIB = 1024;
    private static final Duration LIMIT = Duration.ofMinutes(Soak.rounds(5, 180));

    /** Pools of Spark's block manager, of up to 128 threads each, fill and empty as it likes. */
    private static final int SPARK_THREADS = 2 * 128;

    private static final double MEMORY_GROWTH = 1.1;

    /** What the process may hold at the end: its heap, and the JVM, Spark, the engine and its buffers. */
    private static final long MAX_RESIDENT_BYTES = (HEAP_MIB + 1024L) << 20;

    @TempDir
    private static Path folder;

    private static List<MemorySample> samples;
    private static SparkSession spark;

    @BeforeAll
    static void run() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add(JvmOptions.OF_SPARK);
        command.addAll(List.of("-Xms" + HEAP_MIB + "m", "-Xmx" + HEAP_MIB + "m", "-XX:+AlwaysPreTouch"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LongRun.class.getName()));
        command.addAll(List.of(folder.toString(), "" + IMAGES, "" + IMAGES_PER_COMMIT));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the run ends within %s", LIMIT)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(() -> new String(Folders.read(folder.resolve("err.txt")), StandardCharsets.UTF_8))
                .isZero();
        samples = List.of(
                new ObjectMapper().readValue(folder.resolve("samples.json").toFile(), MemorySample[].class));
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
    }

    private static Dataset<Row> rows() {
        return spark.read()
                .parquet(folder + "/features")
                .withColumn("expected", regexp_extract(col("path"), "\\.([a-z_]+)\\.img$", 1));
    }

    @Test
    void everyImageHasExactlyOneRow() {
        assertThat(rows().count()).isEqualTo(IMAGES);
        assertThat(rows().select("path").distinct().count()).isEqualTo(IMAGES);
    }

    @Test
    void everyRowHasTheStatusOfItsImage() {
        assertThat(rows().where("status != expected")
                        .select("path", "status", "error")
                        .takeAsList(5))
                .isEmpty();
        assertThat(rows().where("status != 'ok'").count()).isBetween(IMAGES / 100L, 3L * IMAGES / 100);
        assertThat(rows().where("(status = 'ok') = (pooler_output is null)").count())
                .isZero();
    }

    @Test
    void memoryIsBounded() {
        MemorySample end = samples.get(samples.size() - 1);
        assertThat(end.images()).isEqualTo(IMAGES);
        assertThat(end.residentBytes()).isLessThan(MAX_RESIDENT_BYTES);
    }

    /** A short run ends before the JVM has used its whole heap and compiled its code, so its growth says nothing. */
    @Test
    @EnabledIf(value = "isFull", disabledReason = "takes minutes; jobs/soak runs it")
    void memoryDoesNotGrow() {
        MemorySample tenth = samples.get(0);
        MemorySample end = samples.get(samples.size() - 1);
        assertThat((double) end.residentBytes()).isLessThan(MEMORY_GROWTH * tenth.residentBytes());
        assertThat((double) end.liveHeapBytes()).isLessThan(MEMORY_GROWTH * tenth.liveHeapBytes());
        assertThat((double) end.nativeBytes()).isLessThan(MEMORY_GROWTH * tenth.nativeBytes());
    }

    static boolean isFull() {
        return Soak.isFull();
    }

    @Test
    void descriptorsAndThreadsAreGivenBack() {
        MemorySample tenth = samples.get(0);
        MemorySample end = samples.get(samples.size() - 1);
        assertThat(end.descriptors()).isLessThanOrEqualTo(tenth.descriptors() + 20);
        assertThat(end.threads()).isLessThanOrEqualTo(tenth.threads() + SPARK_THREADS);
    }
}
