package io.vitrine.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans the process of a command. */
final class Launcher {
    private static final String MAIN = "io.vitrine.Vitrine";
    private static final String DEV_MAIN = "io.vitrine.dev.DevCli";
    private static final String SUBMIT_MAIN = "org.apache.spark.deploy.SparkSubmit";

    private static final String NO_RESOURCE = "spark-internal"; // Spark's name for a main class on its own class path

    private static final Set<String> SUBMITTED = Set.of(
            "extract",
            "embed-text",
            "inspect",
            "export",
            "vectors",
            "index",
            "search",
            "duplicates",
            "probe",
            "compact");
    private static final Set<String> DEV = Set.of("quickstart", "benchmark", "gpu-check");
    private static final String ARCHIVE = "archive-classes";
    private static final Set<String> WITHOUT_SPARK = Set.of("-h", "--help", "--help-all", "-V", "--version");

    private static final String LOCAL_IP = "SPARK_LOCAL_IP";
    private static final String MAX_PIXELS_VARIABLE = "OPENCV_IO_MAX_IMAGE_PIXELS";
    private static final String MAX_PIXELS = "178956970"; // Pillow's limit

    private final Installation installation;

    Launcher(Installation installation) {
        this.installation = installation;
    }

    /**
     * Prints the process of a command as arguments of {@code env}, each ended by a NUL byte. The calling script becomes that
     * process, so this JVM does not stay next to it.
     *
     * @param args the project's folder, the jar, the command, and its arguments
     */
    public static void main(String[] args) {
        try {
            JavaVersion.requireSupported(Runtime.version().feature());
            Installation installation = new Installation(
                    Path.of(args[0]),
                    Path.of(args[1]),
                    System.getenv(),
                    Runtime.getRuntime().availableProcessors());
            Launch launch =
                    new Launcher(installation).plan(args[2], Arrays.asList(args).subList(3, args.length));
            byte[] words = launch.words();
            System.out.write(words, 0, words.length);
            System.out.flush();
        } catch (LaunchException e) {
            System.err.println("error: " + e.getMessage());
            if (e.status() == LaunchException.USAGE) {
                System.err.println("See: jobs/" + args[2] + " --help");
            }
            System.exit(e.status());
        }
    }

    /**
     * Plans a command.
     *
     * @throws LaunchException if it cannot be started
     */
    Launch plan(String command, List<String> arguments) {
        if (DEV.contains(command)) {
            List<String> words = jvm(List.of(installation.jar(), installation.devJar()), DEV_MAIN, command);
            words.addAll(List.of("--root", installation.root().toString()));
            words.addAll(arguments);
            return new Launch(variables(), words);
        }
        if (command.equals(ARCHIVE)) {
            return archiving(arguments);
        }
        if (!SUBMITTED.contains(command) || arguments.stream().anyMatch(WITHOUT_SPARK::contains)) {
            List<String> words = jvm(List.of(installation.jar()), MAIN, command);
            words.addAll(arguments);
            return new Launch(variables(), words);
        }
        return submission(command, SubmitArguments.parse(arguments));
    }

    /** A run whose JVM archives the classes that it has loaded when it ends. */
    private Launch archiving(List<String> arguments) {
        SparkInstallation spark = installation.spark();
        if (spark.home().isPresent()) {
            throw LaunchException.configuration("Classes are archived for Maven's Spark only. Unset SPARK_HOME.");
        }
        SubmitArguments none = SubmitArguments.parse(List.of());
        List<String> words = driver(none, spark, ClassArchive.write(installation.classArchive()));
        words.addAll(List.of("--class", MAIN, NO_RESOURCE, "extract", "--engine", "onnxruntime"));
        words.addAll(arguments);
        return new Launch(variables(), words);
    }

    /** A JVM with Spark's jars that submits nothing. */
    private List<String> jvm(List<Path> jars, String main, String command) {
        List<String> words = new ArrayList<>(List.of(installation.java()));
        words.addAll(installation.jvmOptions("").all());
        words.add(installation.loggingOption());
        String classPath = Stream.concat(jars.stream(), installation.pytorchJar().stream())
                .map(Path::toString)
                .collect(Collectors.joining(":"));
        words.addAll(List.of("-cp", classPath + ":" + installation.spark().classPath(), main, command));
        return words;
    }

    private Launch submission(String command, SubmitArguments arguments) {
        arguments.requireNoCredentials();
        Map<String, String> variables = variables();
        if (arguments.isLocal(installation.spark().home().isPresent())) {
            variables.put(LOCAL_IP, installation.variable(LOCAL_IP).orElse("127.0.0.1")); // Spark's page listens there
        }
        arguments.option("--max-pixels").ifPresent(pixels -> variables.put(MAX_PIXELS_VARIABLE, pixels));
        List<String> words = new ArrayList<>();
        if (arguments.isStandaloneCluster()) {
            words.addAll(List.of(installation.java(), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            words.addAll(List.of("-cp", installation.jar().toString(), StandaloneDriver.class.getName()));
        }
        SparkInstallation spark = installation.spark();
        if (spark.home().isPresent()) {
            variables.put("SPARK_SUBMIT_OPTS", submitOptions());
            words.add(spark.home().get().resolve("bin/spark-submit").toString());
        } else {
            List<String> options = JvmOptions.split(installation.userOptions(arguments.driverJavaOptions()));
            words.addAll(driver(arguments, spark, ClassArchive.read(installation.classArchive(), options)));
        }
        words.addAll(List.of("--class", MAIN));
        boolean alone = spark.home().isEmpty() && isOneProcess(arguments);
        words.addAll(alone ? arguments.spark() : withPyTorch(arguments).spark());
        if (arguments.isStandaloneCluster()) {
            words.addAll(List.of("--conf", "spark.standalone.submit.waitAppCompletion=true"));
            words.addAll(List.of("--driver-java-options", workerOptions(arguments.driverJavaOptions())));
        }
        words.addAll(List.of(alone ? NO_RESOURCE : installation.submittedJar(), command));
        words.addAll(arguments.command());
        return new Launch(variables, words);
    }

    /** Whether the driver that is started here also runs the tasks, from the jar on this host. */
    private boolean isOneProcess(SubmitArguments arguments) {
        return arguments.isOneProcess() && installation.isSubmittedFromHere();
    }

    /** Sends the jar with PyTorch along where the command asks for it. Without it, the command says what is missing. */
    private SubmitArguments withPyTorch(SubmitArguments arguments) {
        boolean asked = arguments.option("--engine").equals(Optional.of("pytorch"))
                || arguments.option("--precision").equals(Optional.of("bf16"));
        return asked && installation.isSubmittedFromHere()
                ? installation.pytorchJar().map(arguments::withJar).orElse(arguments)
                : arguments;
    }

    /**
     * A JVM that becomes the driver: SparkSubmit cannot change its options. If it also runs the tasks, the job's jars are on its
     * class path, so that Spark does not copy them.
     */
    private List<String> driver(SubmitArguments arguments, SparkInstallation spark, List<String> archiveOptions) {
        List<String> words = new ArrayList<>(List.of(installation.java()));
        words.addAll(isOneProcess(arguments) ? archiveOptions : List.of());
        words.addAll(installation.jvmOptions(arguments.driverJavaOptions()).all());
        words.add("-Xmx" + arguments.driverMemory().orElse(installation.defaultHeap()));
        words.add(installation.loggingOption());
        if (!arguments.isStandaloneCluster()) {
            words.addAll(JvmOptions.split(arguments.driverJavaOptions()));
        }
        List<String> classPath = new ArrayList<>(List.of(spark.classPath()));
        if (isOneProcess(arguments)) {
            classPath.add(installation.jar().toString());
            installation.pytorchJar().map(Path::toString).ifPresent(classPath::add);
        }
        classPath.add(installation.conf().toString());
        words.addAll(List.of("-cp", String.join(":", classPath), SUBMIT_MAIN));
        return words;
    }

    /** Options for the JVM that a distribution's spark-submit starts; its own settings may name a collector. */
    private String submitOptions() {
        List<String> options = new ArrayList<>();
        options.add(
                JvmOptions.join(installation.jvmOptions("").withoutCollector().tuning()));
        installation.variable("SPARK_SUBMIT_OPTS").ifPresent(options::add);
        options.add(JvmOptions.join(List.of(installation.loggingOption())));
        return String.join(" ", options);
    }

    /** Options for a driver that a worker starts: a worker does not add those of Spark's scripts. */
    private String workerOptions(String userOptions) {
        String options = JvmOptions.join(installation.jvmOptions(userOptions).all());
        return (options + " " + userOptions).strip();
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        variables.put("OPT_OUT_TRACKING", "true"); // DJL reports no usage
        variables.put(
                "OPENCV_LOG_LEVEL", installation.variable("OPENCV_LOG_LEVEL").orElse("SILENT"));
        variables.put(
                MAX_PIXELS_VARIABLE, installation.variable(MAX_PIXELS_VARIABLE).orElse(MAX_PIXELS));
        return variables;
    }
}
