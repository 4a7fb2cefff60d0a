package io.vitrine.launch;

import io.vitrine.spark.SparkLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Vitrine on this host: its files, and the variables that a launcher was started with.
 *
 * @param root the folder that holds {@code jobs}, {@code conf} and {@code target}
 * @param jar the jar of Vitrine on this host
 * @param environment the variables of the launcher's process
 * @param slots tasks that a local run has at once
 */
record Installation(Path root, Path jar, Map<String, String> environment, int slots) {
    private static final int HEAP_MIB = 1024;
    private static final int HEAP_MIB_PER_SLOT = 256; // a task's reads and Parquet buffers

    /** The JVM of {@code JAVA_HOME}, or the first on the path. */
    String java() {
        return variable("JAVA_HOME").map(home -> home + "/bin/java").orElse("java");
    }

    /** The default heap of a local run. */
    String defaultHeap() {
        return HEAP_MIB + HEAP_MIB_PER_SLOT * slots + "m";
    }

    /** Whether the jar to submit is a file of this host, and not at a URL of a cluster. */
    boolean isSubmittedFromHere() {
        return submittedJar().equals(jar.toString());
    }

    /** The jar to submit: {@code VITRINE_JAR}, which can be a URL of a cluster, or the one on this host. */
    String submittedJar() {
        return variable("VITRINE_JAR").filter(name -> name.contains(":/")).orElse(jar.toString());
    }

    /** @throws LaunchException if it was not built */
    Path devJar() {
        SparkLine line = SparkLine.ofThisBuild();
        Path dev = line.devJar(root);
        if (!Files.isRegularFile(dev)) {
            throw LaunchException.configuration("No " + dev + ". Build it first: " + line.build());
        }
        return dev;
    }

    /** The jar with PyTorch's libraries, next to {@link #jar}; empty if it is not there. */
    Optional<Path> pytorchJar() {
        return Optional.of(jar.resolveSibling("vitrine-pytorch.jar")).filter(Files::isRegularFile);
    }

    /** The archive of the classes of a run, which a JVM maps in place of loading them; it may not be there. */
    Path classArchive() {
        return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", "") + ".jsa");
    }

    /** @throws LaunchException if {@code SPARK_HOME} is not usable, or not set and nothing is built */
    SparkInstallation spark() {
        return SparkInstallation.find(variable("SPARK_HOME"), root);
    }

    Path conf() {
        return root.resolve("conf");
    }

    /**
     * Options for a JVM that also gets options of the user.
     *
     * @param userOptions those of the command line; those in the variables that every JVM reads are added
     */
    JvmOptions jvmOptions(String userOptions) {
        return JvmOptions.read(conf()).yieldingTo(userOptions(userOptions));
    }

    /** Options of the command line, and those in the variables that every JVM reads. */
    String userOptions(String commandLine) {
        return commandLine + " " + variable("VITRINE_JVM_OPTIONS").orElse("");
    }

    String loggingOption() {
        return "-Dlog4j2.configurationFile=" + conf().resolve("log4j2.properties");
    }

    /** A variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
