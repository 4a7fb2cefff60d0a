package io.vitrine.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers a wrong command line with two lines: what is wrong, and where the help is. */
final class UsageErrors implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("error: " + message(e));
        err.println("See: " + program(e.getCommandLine()) + " --help");
        err.flush();
        return ExitCode.USAGE.status();
    }

    private static String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            List<String> suggestions = unmatched.getSuggestions();
            String problem = first.startsWith("-") ? "Unknown option " + first : "Unexpected argument " + first;
            return suggestions.isEmpty() ? problem + "." : problem + ". Did you mean " + suggestions.get(0) + "?";
        }
        return e.getMessage().replace(System.lineSeparator(), " ");
    }

    /** How a person starts the command: each has a launcher of its name. */
    private static String program(CommandLine command) {
        String name = command.getCommandName();
        return command.getParent() == null ? name : "jobs/" + name;
    }
}
