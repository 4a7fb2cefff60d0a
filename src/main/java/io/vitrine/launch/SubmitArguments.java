package io.vitrine.launch;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The arguments of a launcher, divided into options of spark-submit and arguments of the command.
 *
 * @param spark options of spark-submit, in their order
 * @param command all other arguments, in their order
 * @param flags the last value of each option of spark-submit
 * @param settings Spark's settings: those of {@code --conf}, then those of {@code --properties-file}
 */
record SubmitArguments(
        List<String> spark, List<String> command, Map<String, String> flags, Map<String, String> settings) {
    private static final Set<String> WITH_VALUE = Set.of(
            "--master",
            "--deploy-mode",
            "--name",
            "--conf",
            "-c",
            "--properties-file",
            "--jars",
            "--packages",
            "--repositories",
            "--exclude-packages",
            "--files",
            "--archives",
            "--driver-memory",
            "--driver-java-options",
            "--driver-library-path",
            "--driver-class-path",
            "--driver-cores",
            "--executor-memory",
            "--executor-cores",
            "--num-executors",
            "--total-executor-cores",
            "--queue",
            "--principal",
            "--keytab",
            "--proxy-user");
    /** What {@code LocationSecrets} masks, which this package can't reach. */
    private static final Pattern CREDENTIALS =
            Pattern.compile("(?i)(?:s3[an]?://[^@/:]*(?::[^@]*)?@|https?://[^/@]+@|://[^/@:]*:[^/@]*@"
                    + "|://.*[?&](?:sig|signature|token|access_token"
                    + "|x-amz-signature|x-amz-security-token|x-goog-signature)=)");

    private static final Set<String> WITHOUT_VALUE = Set.of("--supervise", "--verbose");

    /**
     * Divides {@code arguments}.
     *
     * @throws LaunchException if an option of spark-submit has no value
     */
    static SubmitArguments parse(List<String> arguments) {
        List<String> spark = new ArrayList<>();
        List<String> command = new ArrayList<>();
        Map<String, String> flags = new HashMap<>();
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (WITHOUT_VALUE.contains(name)) {
                spark.add(argument);
            } else if (WITH_VALUE.contains(name)) {
                if (equals < 0 && i + 1 == arguments.size()) {
                    throw LaunchException.usage(name + " needs a value.");
                }
                String value = equals < 0 ? arguments.get(++i) : argument.substring(equals + 1);
                spark.add(name);
                spark.add(value);
                flags.put(name, value);
                if (name.equals("--conf") || name.equals("-c")) {
                    addSetting(settings, value);
                }
            } else {
                command.add(argument);
            }
        }
        Optional.ofNullable(flags.get("--properties-file")).ifPresent(file -> addFile(settings, Path.of(file)));
        return new SubmitArguments(List.copyOf(spark), List.copyOf(command), Map.copyOf(flags), Map.copyOf(settings));
    }

    private static void addSetting(Map<String, String> settings, String setting) {
        int equals = setting.indexOf('=');
        if (equals > 0) {
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
    }

    private static void addFile(Map<String, String> settings, Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException e) {
            return; // spark-submit reads the file too, and says what is wrong with it
        }
        properties.stringPropertyNames().forEach(name -> settings.putIfAbsent(name, properties.getProperty(name)));
    }

    /** The heap of the driver, such as {@code 2g}. */
    Optional<String> driverMemory() {
        return value("--driver-memory", "spark.driver.memory");
    }

    /** Options for the driver's JVM, as a line. */
    String driverJavaOptions() {
        return value("--driver-java-options", "spark.driver.extraJavaOptions").orElse("");
    }

    /** Whether the driver runs on a worker of a standalone cluster. */
    boolean isStandaloneCluster() {
        return value("--deploy-mode", "spark.submit.deployMode").equals(Optional.of("cluster"))
                && value("--master", "spark.master").orElse("").startsWith("spark://");
    }

    /**
     * Whether the run certainly stays on this host, and no setting says where it listens.
     *
     * @param distribution whether Spark is a distribution, whose own settings may name a master
     */
    boolean isLocal(boolean distribution) {
        String master = value("--master", "spark.master").orElse(distribution ? "" : "local");
        return master.startsWith("local")
                && !settings.containsKey("spark.driver.bindAddress")
                && !settings.containsKey("spark.driver.host");
    }

    /** Whether one JVM is driver and executor, for a launcher that starts Maven's Spark: its master is local by default. */
    boolean isOneProcess() {
        String master = value("--master", "spark.master").orElse("local");
        return master.equals("local") || master.startsWith("local[");
    }

    /** The same arguments with a jar that is sent along. */
    SubmitArguments withJar(Path jar) {
        Optional<String> others = value("--jars", "spark.jars");
        String jars = others.map(names -> names + ",").orElse("") + jar;
        if (others.isPresent() && others.get().contains(jar.getFileName().toString())) {
            return this;
        }
        List<String> added = new ArrayList<>(spark); // the last one counts
        added.addAll(List.of("--jars", jars));
        Map<String, String> all = new HashMap<>(flags);
        all.put("--jars", jars);
        return new SubmitArguments(List.copyOf(added), command, Map.copyOf(all), settings);
    }

    /**
     * Refuses credentials in a location, before Spark's scripts print the arguments. The command refuses them too.
     *
     * @throws LaunchException without the credentials
     */
    void requireNoCredentials() {
        for (int i = 0; i < command.size(); i++) {
            if (CREDENTIALS.matcher(command.get(i)).find()) {
                String option = i > 0 && command.get(i - 1).startsWith("--") ? command.get(i - 1) : "A location";
                throw LaunchException.configuration(
                        option + " holds credentials. Arguments are shown in process lists and"
                                + " logs, so change these credentials. Set them in the environment instead; docs/security.md says"
                                + " how.");
            }
        }
    }

    /** A flag of spark-submit goes before the setting of the same meaning. */
    private Optional<String> value(String flag, String setting) {
        return Optional.ofNullable(flags.get(flag)).or(() -> Optional.ofNullable(settings.get(setting)));
    }

    /** The value of an option of the command, if it is there. */
    Optional<String> option(String name) {
        for (int i = command.size() - 1; i >= 0; i--) {
            String argument = command.get(i);
            if (argument.startsWith(name + "=")) {
                return Optional.of(argument.substring(name.length() + 1));
            }
            if (argument.equals(name) && i + 1 < command.size()) {
                return Optional.of(command.get(i + 1));
            }
        }
        return Optional.empty();
    }
}
