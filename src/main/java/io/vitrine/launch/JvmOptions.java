package io.vitrine.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Options of the JVMs that the launchers start, from the files in {@code conf/}. */
final class JvmOptions {
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

    private final List<String> tuning;
    private final List<String> modules;

    private JvmOptions(List<String> tuning, List<String> modules) {
        this.tuning = tuning;
        this.modules = modules;
    }

    /** Reads {@code jvm.options} and {@code spark-jvm.options} in {@code conf}. */
    static JvmOptions read(Path conf) {
        return new JvmOptions(lines(conf.resolve("jvm.options")), lines(conf.resolve("spark-jvm.options")));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw LaunchException.configuration("Cannot read " + file + ". Restore it from the distribution.");
        }
    }

    /** Everything that a JVM needs to run Spark without one of Spark's scripts. */
    List<String> all() {
        return Stream.concat(tuning.stream(), modules.stream()).toList();
    }

    /** What makes a JVM faster; Spark's scripts pass the rest themselves. */
    List<String> tuning() {
        return tuning;
    }

    /** The same options with no garbage collector among them. */
    JvmOptions withoutCollector() {
        return new JvmOptions(
                tuning.stream()
                        .filter(option -> !COLLECTOR.matcher(option).find())
                        .toList(),
                modules);
    }

    /** The same options, without a garbage collector if {@code userOptions} name one: a JVM does not start with two. */
    JvmOptions yieldingTo(String userOptions) {
        return COLLECTOR.matcher(userOptions).find() ? withoutCollector() : this;
    }

    /** The options in a line, which may quote some of them, as Spark reads such a line. */
    static List<String> split(String line) {
        List<String> options = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            options.add(word.group().replaceAll("[\"']", ""));
        }
        return options;
    }

    /** The options as a line that Spark can read. */
    static String join(List<String> options) {
        List<String> quoted = options.stream()
                .map(option -> option.contains(" ") ? '"' + option + '"' : option)
                .toList();
        return String.join(" ", quoted);
    }
}
