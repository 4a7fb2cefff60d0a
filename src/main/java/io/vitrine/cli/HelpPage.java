package io.vitrine.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The help of a command: options under headings, then exit codes. Where a command has {@link HelpOptions}, its {@code --help}
 * is one screen with the main options, a line each, and {@code --help-all} lists every option.
 */
final class HelpPage {
    private static final int WIDTH = 80;

    private HelpPage() {}

    /** Makes {@code command} print its help this way. */
    static void install(CommandLine command) {
        command.getHelpSectionMap().put(SECTION_KEY_OPTION_LIST, HelpPage::options);
        command.getHelpSectionMap().put(SECTION_KEY_EXIT_CODE_LIST, HelpPage::exitCodes);
    }

    private static String options(Help help) {
        boolean isShort = HelpOptions.isShortPage(help.commandSpec());
        StringBuilder text = new StringBuilder();
        OptionSections.of(help.commandSpec()).forEach((heading, options) -> text.append("\n")
                .append(heading)
                .append(":\n")
                .append(isShort ? lines(options) : paragraphs(options)));
        return text.toString();
    }

    private static String lines(List<OptionSpec> options) {
        return options.stream()
                .filter(option -> OptionSections.brief(option).isPresent())
                .map(option -> String.format(
                        "  %-24s%s%n",
                        OptionSections.signature(option),
                        OptionSections.brief(option).get()))
                .collect(Collectors.joining());
    }

    private static String paragraphs(List<OptionSpec> options) {
        return options.stream()
                .map(option ->
                        "  " + OptionSections.signature(option) + "\n" + wrap("      ", description(option), "      "))
                .collect(Collectors.joining());
    }

    private static String description(OptionSpec option) {
        String text = String.join(" ", option.description());
        return OptionSections.defaultValue(option)
                .map(value -> text + " Default: " + value)
                .orElse(text);
    }

    private static String exitCodes(Help help) {
        if (HelpOptions.isShortPage(help.commandSpec())) {
            String codes = Arrays.stream(ExitCode.values())
                    .map(code -> code.status() + " " + code.label())
                    .collect(Collectors.joining(", "));
            return "\n" + wrap("Exit codes: ", codes, "  ");
        }
        return Arrays.stream(ExitCode.values())
                .map(code -> wrap(String.format(Locale.ROOT, "%5d  ", code.status()), code.description(), "       "))
                .collect(Collectors.joining("", "\nExit codes:\n", ""));
    }

    /** Wraps at blanks to a screen's width. The first line begins with {@code first}, the others with {@code indent}. */
    private static String wrap(String first, String text, String indent) {
        StringBuilder lines = new StringBuilder();
        StringBuilder line = new StringBuilder(first);
        String separator = "";
        for (String word : text.split(" ", -1)) {
            if (!separator.isEmpty() && line.length() + separator.length() + word.length() > WIDTH) {
                lines.append(line).append("\n");
                line = new StringBuilder(indent);
                separator = "";
            }
            line.append(separator).append(word);
            separator = " ";
        }
        return lines.append(line).append("\n").toString();
    }
}
