package io.vitrine.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command under the headings of the classes that declare them. */
final class OptionSections {
    private static final String OTHER = "Options";

    private OptionSections() {}

    /** The options of {@code command} by heading, in the order of their declaration; help options last. */
    static Map<String, List<OptionSpec>> of(CommandSpec command) {
        Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                sections.computeIfAbsent(heading(option), heading -> new ArrayList<>())
                        .add(option);
            }
        }
        Optional.ofNullable(sections.remove(HelpOptions.HEADING))
                .ifPresent(help -> sections.put(HelpOptions.HEADING, help));
        return sections;
    }

    private static String heading(OptionSpec option) {
        if (option.usageHelp() || option.versionHelp()) {
            return HelpOptions.HEADING;
        }
        return field(option)
                .map(field -> field.getDeclaringClass().getAnnotation(Section.class))
                .map(Section::value)
                .orElse(OTHER);
    }

    /** The words for the short page; empty for an option that is not on it. */
    static Optional<String> brief(OptionSpec option) {
        return field(option).map(field -> field.getAnnotation(Brief.class)).map(Brief::value);
    }

    /** The option as a user types it: its names, and the name of its value. */
    static String signature(OptionSpec option) {
        String names = String.join(", ", option.names());
        if (option.arity().max() == 0) {
            return names;
        }
        return names + " " + option.paramLabel() + (option.splitRegex().isEmpty() ? "" : ",...");
    }

    /** The value of an option that is not given. */
    static Optional<String> defaultValue(OptionSpec option) {
        return option.arity().max() == 0 ? Optional.empty() : Optional.ofNullable(option.defaultValue());
    }

    private static Optional<Field> field(OptionSpec option) {
        return option.userObject() instanceof Field field ? Optional.of(field) : Optional.empty();
    }
}
