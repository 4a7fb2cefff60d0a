package io.vitrine.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cli.ExitCode;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts in {@code jobs/}, with the launcher's real classes and a distribution of Spark that prints what it is given. */
final class JobsScriptTest {
    private static final SparkLine LINE = SparkLine.ofThisBuild();
    private static final String PRINTING =
            """
            #!/usr/bin/env bash
            printf '[%s]\\n' "$@"
            echo "pixels $OPENCV_IO_MAX_IMAGE_PIXELS"
            exit 5
            """;

    @TempDir
    private Path root;

    private final Map<String, String> environment = new TreeMap<>();
    private String out;
    private String err;

    @BeforeEach
    void layOut() throws IOException {
        for (String folder : new String[] {"jobs", "conf"}) {
            Path copy = Files.createDirectories(root.resolve(folder));
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.toList()) {
                    Path target = Files.copy(file, copy.resolve(file.getFileName()));
                    assertThat(target.toFile().setExecutable(true)).isTrue();
                }
            }
        }
        Path home = root.resolve("spark");
        Files.createDirectories(home.resolve("jars"));
        Files.createFile(home.resolve("jars/spark-core_" + LINE.scala() + "-" + LINE.spark() + ".0.0.jar"));
        script(home.resolve("bin/spark-submit"), PRINTING);
        environment.put("SPARK_HOME", home.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** The launcher's classes, as the shipped jar has them. */
    private void build() throws IOException {
        Path jar = LINE.jar(root);
        Files.createDirectories(jar.getParent());
        Path classes = Path.of(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file);
                Stream<Path> launch = Files.list(classes.resolve("io/vitrine/launch"))) {
            for (Path path : launch.toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, entries);
            }
            for (String name : List.of("io/vitrine/spark/SparkLine.class", "vitrine-spark.properties")) {
                entries.putNextEntry(new JarEntry(name));
                try (InputStream in = SparkLine.class.getResourceAsStream("/" + name)) {
                    in.transferTo(entries);
                }
            }
        }
    }

    private int extract(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(root.resolve("jobs/extract").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENCV_") || name.equals("VITRINE_JAR"));
        builder.environment().putAll(environment);
        Path outFile = root.resolve("out.txt");
        Path errFile = root.resolve("err.txt");
        int status = builder.redirectOutput(outFile.toFile())
                .redirectError(errFile.toFile())
                .start()
                .waitFor();
        out = Files.readString(outFile);
        err = Files.readString(errFile);
        return status;
    }

    @Test
    void theScriptBecomesTheSubmission() throws IOException, InterruptedException {
        build();
        assertThat(extract("--input", "a b", "", "ünï\n雪", "--conf=spark.x=1", "--max-pixels", "7"))
                .isEqualTo(5); // spark-submit's own status
        assertThat(out)
                .isEqualTo("[--class]\n[io.vitrine.Vitrine]\n[--conf]\n[spark.x=1]\n[" + LINE.jar(root)
                        + "]\n[extract]\n[--input]\n[a b]\n[]\n[ünï\n雪]\n[--max-pixels]\n[7]\npixels 7\n");
        assertThat(err).isEmpty();
    }

    @Test
    void withoutABuildTheMessageAsksForOne() throws IOException, InterruptedException {
        assertThat(extract()).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err).isEqualTo("error: No " + LINE.jar(root) + ". Build it first: " + LINE.build() + "\n");
    }

    /** Each distribution gets the jar that fits it; what neither fits is left to the launcher in the first jar. */
    @ParameterizedTest
    @CsvSource({
        "spark-core_2.12-3.5.8.jar, /target/vitrine_2.12-spark3.5.jar, ''",
        "spark-core_2.13-4.1.3.jar, /target/spark-4/vitrine_2.13-spark4.jar, '-Pspark-4 '",
        "spark-core_2.13-3.5.8.jar, /target/vitrine_2.12-spark3.5.jar, ''"
    })
    void theJarIsThatForTheSparkInSparkHome(String core, String jar, String profile)
            throws IOException, InterruptedException {
        Path home = root.resolve("other");
        Files.createDirectories(home.resolve("jars"));
        Files.createFile(home.resolve("jars").resolve(core));
        environment.put("SPARK_HOME", home.toString());
        assertThat(extract()).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err)
                .isEqualTo("error: No " + root + jar + ". Build it first: mvn -B " + profile + "-DskipTests package\n");
    }

    /** Where only one was built, it is taken with Maven's Spark. */
    @Test
    void withoutSparkHomeTheBuiltJarIsTaken() throws IOException, InterruptedException {
        build();
        environment.put("SPARK_HOME", "");
        assertThat(extract()).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err).contains(LINE.classPathFile(root) + " is missing.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.4.1", "3", "five", "41"})
    void aSparkThatThereIsNoJarForIsRefused(String spark) throws IOException, InterruptedException {
        environment.put("SPARK_HOME", "");
        environment.put("VITRINE_SPARK", spark);
        assertThat(extract()).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err).isEqualTo("error: VITRINE_SPARK is '" + spark + "', but Vitrine is for Spark 3.5 and 4.\n");
    }

    @Test
    void aRefusalOfTheLauncherEndsTheScript() throws IOException, InterruptedException {
        build();
        assertThat(extract("--master")).isEqualTo(ExitCode.USAGE.status());
        assertThat(err).isEqualTo("error: --master needs a value.\nSee: jobs/extract --help\n");
        assertThat(out).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.8.0_352, Java 8 is too old: Vitrine needs a JDK 17. Set JAVA_HOME to one.",
        "11.0.20, Java 11 is too old: Vitrine needs a JDK 17. Set JAVA_HOME to one."
    })
    void anOldJavaIsOneSentence(String version, String sentence) throws IOException, InterruptedException {
        script(root.resolve("jdk/bin/java"), "#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n");
        environment.put("JAVA_HOME", root.resolve("jdk").toString());
        assertThat(extract()).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err).isEqualTo("error: " + sentence + "\n");
    }

    @Test
    void aMissingJavaIsOneSentence() throws IOException, InterruptedException {
        environment.put("JAVA_HOME", "/nowhere");
        assertThat(extract()).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err).isEqualTo("error: No Java here (/nowhere/bin/java). Install a JDK 17 and set JAVA_HOME.\n");
    }

    @Test
    void theUsersJvmOptionsAreForTheCommandOnly() throws IOException, InterruptedException {
        build();
        environment.put("JAVA_TOOL_OPTIONS", "-Dmine=1");
        assertThat(extract("--input", "a")).isEqualTo(5);
        assertThat(err).isEmpty(); // no JVM of the launcher picked them up
    }
}
