package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.cli.ExitCode;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LaunchedJob;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars for Spark 3.5 and Spark 4 next to each other, each with the real SparkSubmit. Skipped where only one was built. */
final class SparkLinesIT {
    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final SparkLine THREE = SparkLine.of("3.5.0", "2.12").orElseThrow();
    private static final SparkLine FOUR = SparkLine.of("4.1.0", "2.13").orElseThrow();

    @TempDir
    private Path folder;

    private static void assumeBothAreBuilt() {
        for (SparkLine line : List.of(THREE, FOUR)) {
            assumeTrue(Files.isRegularFile(line.jar(ROOT)), "built with " + line.build());
        }
    }

    private String run(int status, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        return LaunchedJob.run(folder.resolve("log"), status, environment, List.of(command));
    }

    private void extract(SparkLine line) throws IOException, InterruptedException {
        run(
                ExitCode.SUCCESS.status(),
                Map.of("VITRINE_SPARK", line.spark()),
                "jobs/extract",
                "--input",
                "demo/pictures",
                "--model",
                DemoCheckpoint.location(),
                "--output",
                folder.resolve(line.jar()).toString());
    }

    /** Each picture's status and the bits of its vectors. */
    private Map<String, List<Object>> rows(SparkSession spark, SparkLine line) {
        Map<String, List<Object>> rows = new TreeMap<>();
        for (Row row :
                spark.read().parquet(folder.resolve(line.jar()).toString()).collectAsList()) {
            List<Object> values = new ArrayList<>(List.of(row.<String>getAs("status")));
            row.<Float>getList(row.fieldIndex("pooler_output"))
                    .forEach(value -> values.add(Float.floatToRawIntBits(value)));
            values.add(Arrays.hashCode(row.<byte[]>getAs("last_hidden_state")));
            rows.put(row.getAs("path"), values);
        }
        return rows;
    }

    @Test
    void bothGiveTheDemoTheSameRows() throws IOException, InterruptedException {
        assumeBothAreBuilt();
        extract(THREE);
        extract(FOUR);
        SparkSession spark = LocalSpark.session();
        try {
            Map<String, List<Object>> expected = rows(spark, THREE);
            assertThat(expected).hasSize(60);
            assertThat(rows(spark, FOUR)).isEqualTo(expected);
            System.out.println("60 pictures have byte-identical vectors with Spark 3.5 and Spark 4");
        } finally {
            spark.stop();
        }
    }

    @Test
    void aJarOnTheOtherSparkNamesTheRightOne() throws IOException, InterruptedException {
        assumeBothAreBuilt();
        assertThat(submit(THREE, FOUR))
                .contains("error: This jar of Vitrine is for Spark 4 for Scala 2.13, and Spark here is 3.5.")
                .contains("; use vitrine_2.12-spark3.5.jar.")
                .doesNotContain("NoSuchMethodError");
        assertThat(submit(FOUR, THREE))
                .contains("error: This jar of Vitrine is for Spark 3.5 for Scala 2.12, and Spark here is 4.")
                .contains("; use vitrine_2.13-spark4.jar.")
                .doesNotContain("NoSuchMethodError");
    }

    private String submit(SparkLine spark, SparkLine jar) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of(
                "@conf/spark-jvm.options",
                "-cp",
                Files.readString(spark.classPathFile(ROOT)).strip()));
        command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[1]"));
        command.addAll(List.of("--class", "io.vitrine.Vitrine", jar.jar(ROOT).toString(), "extract"));
        command.addAll(List.of("--input", "demo/pictures", "--model", DemoCheckpoint.location()));
        command.addAll(List.of("--output", folder.resolve("none").toString()));
        return run(ExitCode.CONFIGURATION.status(), Map.of(), command.toArray(String[]::new));
    }

    /** Skipped where this machine has no such JDK. */
    @Test
    void aJavaThatSparkDoesNotRunOnIsOneSentence() throws IOException, InterruptedException {
        Path homes = Path.of("/usr/lib/jvm");
        assumeTrue(Files.isDirectory(homes), "no " + homes);
        try (Stream<Path> all = Files.list(homes)) {
            Path home = all.filter(jdk -> jdk.getFileName().toString().matches(".*-2[3-9]-.*"))
                    .findFirst()
                    .orElse(null);
            assumeTrue(home != null, "no JDK 23 or later in " + homes);
            SparkLine line = SparkLine.ofThisBuild();
            assertThat(run(
                            ExitCode.CONFIGURATION.status(),
                            Map.of("JAVA_HOME", home.toString(), "VITRINE_SPARK", line.spark()),
                            "jobs/inspect",
                            "--model",
                            DemoCheckpoint.location()))
                    .matches("(?s).*error: Java \\d+ is too new: Spark " + line.spark()
                            + " does not run on Java 23 or later\\. Set JAVA_HOME to a JDK 17\\.\n");
        }
    }
}
