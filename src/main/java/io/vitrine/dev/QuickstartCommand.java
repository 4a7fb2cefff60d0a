package io.vitrine.dev;

import io.vitrine.dev.sandbox.Quickstart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quickstart}: runs the demo. */
@Command(
        name = "quickstart",
        description =
                "Runs the demo: starts its own S3 store, uploads the pictures, submits extract, shows the rows, and writes a"
                        + " search page.",
        mixinStandardHelpOptions = true)
public final class QuickstartCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--root", required = true, hidden = true, description = "The project's folder.")
    private Path root;

    @Override
    public Integer call() throws IOException {
        return new Quickstart(root, command.commandLine().getOut()).run();
    }
}
