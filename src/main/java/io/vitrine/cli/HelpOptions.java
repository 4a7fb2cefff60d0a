package io.vitrine.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options of a command whose help has two pages: the main options, and all of them. */
@Section(HelpOptions.HEADING)
@SuppressWarnings("unused") // picocli reads the fields
final class HelpOptions {
    static final String HEADING = "Help";

    private static final String ALL = "--help-all";

    @Brief("This page; every option with its default")
    @Option(
            names = {"-h", "--help", ALL},
            usageHelp = true,
            description = "Print the main options, or every option with its default, and exit.")
    private boolean help;

    @Brief("The version")
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    private boolean version;

    /** Whether to print the short page: {@code command} has two pages, and the user did not ask for all options. */
    static boolean isShortPage(CommandSpec command) {
        OptionSpec help = command.findOption(ALL);
        ParseResult parsed = command.commandLine().getParseResult();
        return help != null && (parsed == null || !parsed.originalArgs().contains(ALL));
    }
}
