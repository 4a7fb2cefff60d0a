package io.vitrine.cli;

import io.vitrine.VitrineException;
import io.vitrine.dev.BenchmarkCommand;
import io.vitrine.dev.QuickstartCommand;
import io.vitrine.report.Versions;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands, and how their faults end: one line on standard error, exit status 1; wrong usage is 2. */
@Command(
        name = "vitrine",
        description = "Vision Transformer features from catalogs of images, on Apache Spark.",
        subcommands = {
            ExtractCommand.class,
            InspectCommand.class,
            ExportCommand.class,
            VerifyCommand.class,
            QuickstartCommand.class,
            BenchmarkCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Cli {
    private Cli() {}

    /** Runs one command line and answers its exit status. */
    public static int run(String... args) {
        CommandLine line = new CommandLine(new Cli());
        String version = "vitrine " + Versions.all().get("vitrine");
        line.getCommandSpec().version(version);
        line.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .version(version));
        line.setExecutionExceptionHandler((e, command, parsed) -> fault(command.getErr(), e));
        return line.execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    private static int fault(PrintWriter err, Exception e) {
        if (e instanceof VitrineException) {
            err.println("error: " + e.getMessage());
        } else {
            e.printStackTrace(err);
        }
        err.flush();
        return 1;
    }
}
