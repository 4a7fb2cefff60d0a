package io.vitrine.dev;

import io.vitrine.cli.Cli;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of the jar of tools: commands that work on a checkout of the project. */
@Command(
        name = "vitrine-dev",
        description = "The quick start, the benchmark and the check of a GPU.",
        subcommands = {QuickstartCommand.class, BenchmarkCommand.class, GpuCheckCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class DevCli {
    private DevCli() {}

    public static void main(String[] args) {
        int status = commandLine().execute(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    static CommandLine commandLine() {
        return Cli.commandLine(new DevCli());
    }
}
