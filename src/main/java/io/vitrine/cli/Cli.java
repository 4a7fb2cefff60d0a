package io.vitrine.cli;

import io.vitrine.VitrineException;
import io.vitrine.report.Versions;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of Vitrine's jar, and the one place that turns an exception into a message and an {@link ExitCode}. */
@Command(
        name = "vitrine",
        description = "Vision Transformer features from catalogs of images, on Apache Spark.",
        subcommands = {
            ExtractCommand.class,
            EmbedTextCommand.class,
            InspectCommand.class,
            VectorsCommand.class,
            IndexCommand.class,
            SearchCommand.class,
            DuplicatesCommand.class,
            ProbeCommand.class,
            CompactCommand.class,
            ExportCommand.class,
            VerifyCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Cli {
    private Cli() {}

    /** Runs one command line and returns the exit status of the process. */
    public static int run(String... args) {
        return commandLine().execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    static CommandLine commandLine() {
        return commandLine(new Cli());
    }

    /** A parser for the commands of {@code program}, an instance of an annotated class. */
    public static CommandLine commandLine(Object program) {
        CommandLine line = new CommandLine(program);
        String version = "vitrine " + Versions.of("vitrine");
        line.getCommandSpec().version(version);
        line.getSubcommands().values().forEach(command -> {
            command.getCommandSpec().version(version);
            HelpPage.install(command);
        });
        line.setParameterExceptionHandler(new UsageErrors());
        line.setExecutionExceptionHandler((e, command, parsed) -> report(e, command.getErr()));
        return line;
    }

    private static int report(Exception e, PrintWriter err) {
        ExitCode code = ExitCode.of(e);
        if (e instanceof VitrineException) {
            err.println("error: " + e.getMessage());
        } else {
            e.printStackTrace(err);
            err.println("error: internal error, please report it with the stack trace above: " + e.getMessage());
        }
        err.flush();
        return code.status();
    }
}
