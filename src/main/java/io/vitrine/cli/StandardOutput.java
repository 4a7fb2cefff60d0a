package io.vitrine.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** The standard output of a command. What is printed appears at once. */
final class StandardOutput {
    private final PrintWriter out;

    StandardOutput(CommandSpec command) {
        out = command.commandLine().getOut();
    }

    void print(String text) {
        out.print(text);
        out.flush();
    }

    void println(String line) {
        out.println(line);
        out.flush();
    }
}
