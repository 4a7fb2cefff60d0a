package io.vitrine.launch;

import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Spark that a launcher uses: a distribution in {@code SPARK_HOME}, or the jars that Maven resolved.
 *
 * @param home the distribution; empty for Maven's jars
 * @param classPath Spark's jars
 */
record SparkInstallation(Optional<Path> home, String classPath) {
    private static final Pattern CORE = Pattern.compile("spark-core_([0-9.]+)-([0-9]+\\.[0-9]+)\\.(.*)\\.jar");
    private static final SparkLine OURS = SparkLine.ofThisBuild();
    private static final String NEXT =
            " Set it to a distribution of " + OURS.describe() + ", or unset it to use Maven's Spark.";

    /**
     * Finds Spark.
     *
     * @param sparkHome the value of {@code SPARK_HOME}
     * @param root the project's folder, with what Maven built
     * @throws LaunchException if {@code sparkHome} is no Spark that Vitrine runs on, or there is neither
     */
    static SparkInstallation find(Optional<String> sparkHome, Path root) {
        return sparkHome.map(home -> distribution(Path.of(home))).orElseGet(() -> resolved(root));
    }

    private static SparkInstallation distribution(Path home) {
        if (!Files.isDirectory(home)) {
            throw wrongHome(home, "which is not a folder.");
        }
        Path jars = home.resolve("jars");
        if (!Files.isDirectory(jars)) {
            throw wrongHome(home, "which has no folder jars.");
        }
        if (!Files.isRegularFile(home.resolve("bin/spark-submit"))) {
            throw wrongHome(home, "which has no bin/spark-submit.");
        }
        requireVersion(home, jars);
        return new SparkInstallation(Optional.of(home), jars + "/*");
    }

    private static void requireVersion(Path home, Path jars) {
        Matcher core;
        try (Stream<Path> files = Files.list(jars)) {
            core = files.map(file -> CORE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> wrongHome(home, "whose jars have no spark-core."));
        } catch (IOException e) {
            throw wrongHome(home, "whose jars cannot be listed (" + e + ").");
        }
        String version = core.group(2) + "." + core.group(3);
        if (!OURS.fits(version, core.group(1))) {
            throw wrongHome(home, "which is Spark " + version + " for Scala " + core.group(1) + ".");
        }
    }

    private static LaunchException wrongHome(Path home, String problem) {
        return LaunchException.configuration("SPARK_HOME is " + home + ", " + problem + NEXT);
    }

    private static SparkInstallation resolved(Path root) {
        Path file = OURS.classPathFile(root);
        if (!Files.isRegularFile(file)) {
            throw LaunchException.configuration("SPARK_HOME is not set and " + file
                    + " is missing. Set SPARK_HOME, or build first: " + OURS.build());
        }
        try {
            return new SparkInstallation(
                    Optional.empty(), Files.readString(file).strip());
        } catch (IOException e) {
            throw LaunchException.configuration("Cannot read " + file + ": " + e + ". Build again: " + OURS.build());
        }
    }
}
