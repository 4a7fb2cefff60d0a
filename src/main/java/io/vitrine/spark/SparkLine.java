package io.vitrine.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A line of Spark that Vitrine has a jar for. Needs the JDK only, because the launcher runs before Spark is there.
 *
 * @param spark the first numbers of its versions, such as 3.5
 * @param scala its Scala, such as 2.12
 * @param profile the profile of Maven that builds for it; empty for the default
 * @param folder where Maven builds, below the project's folder
 */
public record SparkLine(String spark, String scala, String profile, String folder) {
    private static final Properties BUILD = read();
    private static final List<SparkLine> ALL = List.of(
            new SparkLine("3.5", "2.12", "", "target"), new SparkLine("4", "2.13", "-Pspark-4 ", "target/spark-4"));

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream in = SparkLine.class.getResourceAsStream("/vitrine-spark.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /** The line that this jar is for. */
    public static SparkLine ofThisBuild() {
        return ALL.stream()
                .filter(line -> line.spark.equals(BUILD.getProperty("line")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No line of Spark is called " + BUILD));
    }

    /**
     * The line that fits a Spark.
     *
     * @param version such as 3.5.1-amzn-0
     * @param scala such as 2.12 or 2.12.18
     */
    public static Optional<SparkLine> of(String version, String scala) {
        return ALL.stream().filter(line -> line.fits(version, scala)).findFirst();
    }

    /** Whether this line's jar runs on a Spark; versions are those of {@link #of}. */
    public boolean fits(String version, String otherScala) {
        return (version + ".").startsWith(spark + ".") && (otherScala + ".").startsWith(scala + ".");
    }

    /** The name of the jar, without its ending. */
    public String jar() {
        return "vitrine_" + scala + "-spark" + spark;
    }

    /** The jar in a project that was built. */
    public Path jar(Path root) {
        return root.resolve(folder).resolve(jar() + ".jar");
    }

    /** The jar of tools in a project that was built. */
    public Path devJar(Path root) {
        return root.resolve(folder).resolve(jar() + "-dev.jar");
    }

    /** The file with the class path of the Spark that Maven resolved. */
    public Path classPathFile(Path root) {
        return root.resolve(folder).resolve("spark.classpath");
    }

    /** The command that builds the jars. */
    public String build() {
        return "mvn -B " + profile + "-DskipTests package";
    }

    /** For messages: Spark and Scala. */
    public String describe() {
        return "Spark " + spark + " for Scala " + scala;
    }

    /** The coordinates of Delta Lake for this build's Spark. */
    public static String delta() {
        return BUILD.getProperty("delta");
    }

    /** The coordinates of Iceberg for this build's Spark. */
    public static String iceberg() {
        return BUILD.getProperty("iceberg");
    }

    /** The coordinates of Spark's cloud committers, of the version that this jar was built with. */
    public static String cloud() {
        return "org.apache.spark:spark-hadoop-cloud_" + BUILD.getProperty("scala") + ":" + BUILD.getProperty("version");
    }
}
