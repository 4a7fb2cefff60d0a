package io.vitrine.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every command's options as Markdown, from the command line's own model. */
final class OptionsReference {
    private final StringBuilder text = new StringBuilder();

    private OptionsReference() {}

    static String markdown() {
        OptionsReference reference = new OptionsReference();
        reference.text.append(
                """
                # Options

                The options of each command, as `--help-all` prints them. This page is generated; after a change of the command line run

                    mvn -B -q -Dquick test -Dtest=OptionsReferenceTest -Dregenerate

                All commands but `jobs/verify` take the options of `spark-submit` too: `--master`, `--deploy-mode`,
                `--conf`, `--properties-file`, `--packages`, `--jars`, `--files`, `--driver-memory`, `--executor-memory`,
                `--executor-cores`, `--num-executors`, `--queue` and others.
                """);
        Cli.commandLine().getSubcommands().forEach(reference::command);
        return reference.text.toString();
    }

    private void command(String name, CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        text.append("\n## jobs/").append(name).append("\n\n    ");
        text.append(String.join("\n    ", command.usageMessage().customSynopsis()))
                .append("\n\n");
        text.append(String.join("\n", command.usageMessage().description())).append("\n");
        if (!command.positionalParameters().isEmpty()) {
            header("Arguments", "argument");
            command.positionalParameters()
                    .forEach(argument -> row(argument.paramLabel(), argument.defaultValue(), argument.description()));
        }
        Map<String, List<OptionSpec>> sections = OptionSections.of(command);
        sections.forEach((heading, options) -> {
            header(heading, "option");
            options.forEach(option -> row(
                    OptionSections.signature(option),
                    OptionSections.defaultValue(option).orElse(null),
                    option.description()));
        });
    }

    private void header(String heading, String what) {
        text.append("\n### ").append(heading).append("\n\n| ").append(what).append(" | default | |\n|---|---|---|\n");
    }

    private void row(String signature, String defaultValue, String[] description) {
        List<String> cells = List.of(
                "`" + signature + "`",
                defaultValue == null ? "" : "`" + defaultValue + "`",
                String.join(" ", description).replace("<", "&lt;").replace("*", "\\*"));
        text.append(
                cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n")));
    }
}
