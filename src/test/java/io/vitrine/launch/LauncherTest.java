package io.vitrine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.cli.ExitCode;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LauncherTest {
    private static final SparkLine LINE = SparkLine.ofThisBuild();
    private static final String PARALLEL = "-XX:+UseParallelGC";
    private static final String ADD_OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    @TempDir
    private Path root;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void build() throws IOException {
        Path conf = Files.createDirectories(root.resolve("conf"));
        Files.writeString(conf.resolve("jvm.options"), "# tuning\n" + PARALLEL + "\n-XX:Fast=1\n");
        Files.writeString(conf.resolve("spark-jvm.options"), ADD_OPENS + "\n");
        Path classPath = LINE.classPathFile(root);
        Files.createDirectories(classPath.getParent());
        Files.writeString(classPath, "spark.jar");
    }

    private Launch plan(String command, String... arguments) {
        Installation installation = new Installation(root, jar(), environment, 4);
        return new Launcher(installation).plan(command, List.of(arguments));
    }

    private Path jar() {
        return LINE.jar(root);
    }

    private String logging() {
        return "-Dlog4j2.configurationFile=" + root + "/conf/log4j2.properties";
    }

    private Path distribution() throws IOException {
        Path home = root.resolve("spark");
        Files.createDirectories(home.resolve("jars"));
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(home.resolve("bin/spark-submit"));
        Files.createFile(home.resolve("jars/spark-core_" + LINE.scala() + "-" + LINE.spark() + ".0.0.jar"));
        environment.put("SPARK_HOME", home.toString());
        return home;
    }

    @Test
    void withMavensJarsTheJvmIsTheDriver() {
        assertThat(plan("extract", "--input", "a", "--master", "local[2]").command())
                .containsExactly(
                        "java",
                        PARALLEL,
                        "-XX:Fast=1",
                        ADD_OPENS,
                        "-Xmx2048m", // 1 GiB and 256 MiB for each of 4 slots
                        logging(),
                        "-cp",
                        "spark.jar:" + jar() + ":" + root + "/conf",
                        "org.apache.spark.deploy.SparkSubmit",
                        "--class",
                        "io.vitrine.Vitrine",
                        "--master",
                        "local[2]",
                        "spark-internal", // the jar is on the class path, so Spark does not copy it
                        "extract",
                        "--input",
                        "a");
    }

    @Test
    void aLocalRunMapsTheClassesThatWereArchived() throws IOException {
        Path archive = jar().resolveSibling(jar().getFileName().toString().replaceFirst("jar$", "jsa"));
        assertThat(plan("archive-classes", "--input", "demo").command())
                .contains("-XX:ArchiveClassesAtExit=" + archive, "spark.jar:" + jar() + ":" + root + "/conf")
                .endsWith("spark-internal", "extract", "--engine", "onnxruntime", "--input", "demo");
        String option = "-XX:SharedArchiveFile=" + archive;
        assertThat(plan("extract").command()).doesNotContain(option);
        Files.createFile(archive);
        assertThat(plan("extract").command()).contains(option, "-Xshare:auto");
        assertThat(plan("extract", "--master", "spark://h:7077").command()).doesNotContain(option);
        environment.put("VITRINE_JVM_OPTIONS", " -Xss2m -XX:+UseParallelGC -Dagent=-javaagent ");
        assertThat(plan("extract").command()).contains(option);
        for (String agent : List.of(
                "-javaagent:a.jar=x", "-agentlib:jdwp", "-agentpath:/a.so", "-XX:StartFlightRecording", "@options")) {
            environment.put("VITRINE_JVM_OPTIONS", "-Xss2m " + agent);
            assertThat(plan("extract").command()).as(agent).doesNotContain(option);
        }
        environment.remove("VITRINE_JVM_OPTIONS");
        assertThat(plan("extract", "--driver-java-options", "-Da=b -javaagent:a.jar")
                        .command())
                .doesNotContain(option);
        distribution();
        assertThatThrownBy(() -> plan("archive-classes"))
                .hasMessage("Classes are archived for Maven's Spark only. Unset SPARK_HOME.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yarn", "local-cluster[2,1,1024]"})
    void executorsAreSentTheJar(String master) {
        assertThat(plan("extract", "--master", master).command())
                .containsSequence("-cp", "spark.jar:" + root + "/conf")
                .endsWith(jar().toString(), "extract");
    }

    @Test
    void pyTorchIsOnTheClassPathOfALocalRunIfItIsThere() throws IOException {
        assertThat(plan("extract", "--engine", "pytorch").command()).doesNotContain("--jars");
        Path pytorch = Files.createFile(jar().resolveSibling("vitrine-pytorch.jar"));
        assertThat(plan("extract").command())
                .contains("spark.jar:" + jar() + ":" + pytorch + ":" + root + "/conf")
                .doesNotContain("--jars");
        assertThat(plan("verify", "dir").command()).contains(jar() + ":" + pytorch + ":spark.jar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--engine pytorch", "--engine=pytorch", "--precision bf16"})
    void pyTorchIsSentToAClusterThatIsAskedForIt(String option) throws IOException {
        Path pytorch = Files.createFile(jar().resolveSibling("vitrine-pytorch.jar"));
        String[] cluster = {"--master", "yarn", "--jars", "mine.jar"};
        assertThat(plan("extract", cluster).command()).doesNotContain("mine.jar," + pytorch);
        String[] asked =
                Stream.concat(Stream.of(cluster), Stream.of(option.split(" "))).toArray(String[]::new);
        assertThat(plan("extract", asked).command()).containsSequence("--jars", "mine.jar," + pytorch);
        environment.put("VITRINE_JAR", "local:///opt/vitrine/vitrine.jar"); // an image has its own
        assertThat(plan("extract", asked).command()).doesNotContain("mine.jar," + pytorch);
    }

    @Test
    void aJarWithPyTorchThatTheUserSendsIsTheOnlyOne() throws IOException {
        Files.createFile(jar().resolveSibling("vitrine-pytorch.jar"));
        assertThat(plan("extract", "--master", "yarn", "--jars", "s3a://b/vitrine-pytorch.jar", "--engine", "pytorch")
                        .command())
                .containsOnlyOnce("--jars");
    }

    @Test
    void aLocalRunsPageListensOnTheLoopbackInterface() throws IOException {
        assertThat(plan("extract").environment()).containsEntry("SPARK_LOCAL_IP", "127.0.0.1");
        assertThat(plan("extract", "--master", "spark://host:7077").environment())
                .doesNotContainKey("SPARK_LOCAL_IP");
        assertThat(plan("extract", "--conf", "spark.driver.bindAddress=0.0.0.0").environment())
                .doesNotContainKey("SPARK_LOCAL_IP");
        distribution(); // its settings may name a master
        assertThat(plan("extract").environment()).doesNotContainKey("SPARK_LOCAL_IP");
    }

    @Test
    void theUsersAddressStays() {
        environment.put("SPARK_LOCAL_IP", "10.0.0.7");
        assertThat(plan("extract").environment()).containsEntry("SPARK_LOCAL_IP", "10.0.0.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://KEY:SEC/SECRET@bucket/photos",
                "https://SECRET@host/photos",
                "wasbs://c@a.blob.core.windows.net/p?sig=SECRET"
            })
    void credentialsInALocationAreRefusedBeforeAnythingIsSubmitted(String location) {
        assertThatThrownBy(() -> plan("extract", "--input", location))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--input holds credentials")
                .hasMessageNotContaining("SECRET");
    }

    @Test
    void javaHomesJvmIsUsed() {
        environment.put("JAVA_HOME", "/jdk");
        assertThat(plan("extract").command()).startsWith("/jdk/bin/java");
    }

    @Test
    void theDriversMemoryIsTheHeap() {
        assertThat(plan("extract", "--conf", "spark.driver.memory=3g").command())
                .contains("-Xmx3g")
                .doesNotContain("-Xmx2048m");
    }

    @Test
    void theDriversJavaOptionsReachItsJvm() {
        assertThat(plan("extract", "--driver-java-options", "-Da=b -XX:+UseG1GC")
                        .command())
                .contains("-Da=b", "-XX:+UseG1GC")
                .doesNotContain(PARALLEL);
    }

    @Test
    void aCollectorInAVariableOfTheJvmReplacesTheDefault() {
        environment.put("VITRINE_JVM_OPTIONS", " -XX:+UseZGC ");
        assertThat(plan("extract").command()).doesNotContain(PARALLEL).contains("-XX:Fast=1");
        assertThat(plan("verify", "dir").command()).doesNotContain(PARALLEL);
    }

    @Test
    void withADistributionItsOwnScriptSubmits() throws IOException {
        Path home = distribution();
        environment.put("SPARK_SUBMIT_OPTS", "-Dmine=1");
        Launch launch = plan("extract", "--input", "a", "--driver-memory", "3g");
        assertThat(launch.command())
                .containsExactly(
                        home + "/bin/spark-submit",
                        "--class",
                        "io.vitrine.Vitrine",
                        "--driver-memory",
                        "3g",
                        jar().toString(),
                        "extract",
                        "--input",
                        "a");
        // Spark's settings may name a collector, so none is chosen here.
        assertThat(launch.environment()).containsEntry("SPARK_SUBMIT_OPTS", "-XX:Fast=1 -Dmine=1 " + logging());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local:///opt/vitrine/vitrine.jar", "s3a://bucket/vitrine.jar"})
    void aJarAtAUrlIsSubmittedAsItIs(String url) {
        environment.put("VITRINE_JAR", url);
        assertThat(plan("extract", "--input", "a").command()).endsWith(url, "extract", "--input", "a");
        assertThat(plan("extract", "--help").command()).contains(jar() + ":spark.jar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--help-all", "--version", "-V"})
    void helpStartsNoSpark(String option) {
        assertThat(plan("extract", "--master", "yarn", option).command())
                .containsSequence(
                        "-cp", jar() + ":spark.jar", "io.vitrine.Vitrine", "extract", "--master", "yarn", option);
    }

    @Test
    void verifyIsNotSubmitted() {
        assertThat(plan("verify", "dir").command())
                .startsWith("java", PARALLEL)
                .contains(ADD_OPENS, logging())
                .endsWith("io.vitrine.Vitrine", "verify", "dir");
    }

    @Test
    void toolsRunFromTheirOwnJarToo() throws IOException {
        assertThatThrownBy(() -> plan("benchmark"))
                .hasMessage("No " + LINE.devJar(root) + ". Build it first: " + LINE.build());
        Path dev = Files.createFile(LINE.devJar(root));
        assertThat(plan("benchmark", "--quick").command())
                .contains(jar() + ":" + dev + ":spark.jar")
                .endsWith("io.vitrine.dev.DevCli", "benchmark", "--root", root.toString(), "--quick");
    }

    @Test
    void aStandaloneClustersDriverIsAwaitedAndGetsTheDefaultOptions() {
        List<String> command = plan("extract", "--master", "spark://h:7077", "--deploy-mode", "cluster", "--input", "a")
                .command();
        assertThat(command)
                .startsWith("java", "-Xmx64m")
                .containsSequence("-cp", jar().toString(), "io.vitrine.launch.StandaloneDriver", "java")
                .containsSequence("--conf", "spark.standalone.submit.waitAppCompletion=true")
                .containsSequence("--driver-java-options", PARALLEL + " -XX:Fast=1 " + ADD_OPENS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--driver-java-options", "--conf"})
    void theUsersOptionsForAClustersDriverComeAfterTheDefaults(String option) {
        String value = option.equals("--conf") ? "spark.driver.extraJavaOptions=-XX:+UseG1GC" : "-XX:+UseG1GC";
        List<String> command = plan("extract", "--master", "spark://h:7077", "--deploy-mode", "cluster", option, value)
                .command();
        assertThat(command.get(command.lastIndexOf("--driver-java-options") + 1))
                .isEqualTo("-XX:Fast=1 " + ADD_OPENS + " -XX:+UseG1GC");
    }

    @Test
    void variablesHaveDefaultsThatTheUserCanChange() {
        assertThat(plan("extract", "--master", "yarn").environment())
                .containsOnly(
                        Map.entry("OPT_OUT_TRACKING", "true"),
                        Map.entry("OPENCV_LOG_LEVEL", "SILENT"),
                        Map.entry("OPENCV_IO_MAX_IMAGE_PIXELS", "178956970"));
        environment.put("OPENCV_LOG_LEVEL", "INFO");
        environment.put("OPENCV_IO_MAX_IMAGE_PIXELS", "5");
        assertThat(plan("extract").environment())
                .containsEntry("OPENCV_LOG_LEVEL", "INFO")
                .containsEntry("OPENCV_IO_MAX_IMAGE_PIXELS", "5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max-pixels 1000", "--max-pixels=1000"})
    void maxPixelsReachesTheDecoder(String option) {
        Launch launch = plan("extract", option.split(" "));
        assertThat(launch.environment()).containsEntry("OPENCV_IO_MAX_IMAGE_PIXELS", "1000");
        assertThat(launch.command()).endsWith(option.split(" "));
    }

    @Test
    void wordsAreEndedByNul() {
        Launch launch = new Launch(Map.of("A", "x y"), List.of("java", "", "ü"));
        assertThat(new String(launch.words(), StandardCharsets.UTF_8)).isEqualTo("A=x y\0java\0\0ü\0");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 21, 22})
    void javaReleasesThatSparkRunsOnAreAccepted(int feature) {
        assertThatCode(() -> JavaVersion.requireSupported(feature)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {23, 25})
    void javaReleasesThatSparkFailsOnAreRefused(int feature) {
        assertThatThrownBy(() -> JavaVersion.requireSupported(feature))
                .isInstanceOf(LaunchException.class)
                .hasMessage("Java " + feature
                        + " is too new: Spark " + LINE.spark()
                        + " does not run on Java 23 or later. Set JAVA_HOME to a JDK 17.");
    }

    @Test
    void statusesAreThoseOfTheCommandLine() {
        assertThat(Arrays.asList(LaunchException.USAGE, LaunchException.CONFIGURATION))
                .containsExactly(ExitCode.USAGE.status(), ExitCode.CONFIGURATION.status());
    }
}
