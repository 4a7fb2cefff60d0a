package io.vitrine.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
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
            return unmatched(unmatched);
        }
        List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
        if (e instanceof MissingParameterException && !unmatched.isEmpty()) { // a misspelt option is missing, too
            return unmatched(new UnmatchedArgumentException(e.getCommandLine(), unmatched));
        }
        return e.getMessage().replace(System.lineSeparator(), " ");
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().get(0);
        String problem = (first.startsWith("-") ? "Unknown option " : "Unexpected argument ") + first;
        return e.getSuggestions().stream()
                .findFirst()
                .map(suggestion -> problem + ". Did you mean " + suggestion + "?")
                .orElse(problem + ".");
    }

    /** How a person starts the command: each has a launcher of its name. */
    private static String program(CommandLine command) {
        String name = command.getCommandName();
        return command.getParent() == null ? name : "jobs/" + name;
    }
}
