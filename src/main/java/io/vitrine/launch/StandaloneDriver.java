package io.vitrine.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Submits a driver to a standalone cluster and waits for it. SparkSubmit ends with 0 even if the driver fails, so the last state
 * that it logs decides.
 */
final class StandaloneDriver {
    private static final Pattern STATE = Pattern.compile("State of driver (driver-[0-9-]+) is ([A-Z]+)");

    private final PrintStream err;
    private String driver = "";
    private String state = "";

    /** @param err where the submission's standard error goes */
    StandaloneDriver(PrintStream err) {
        this.err = err;
    }

    /** @param command the submission, program first */
    public static void main(String[] command) throws IOException, InterruptedException {
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.ISO_8859_1);
        int status = new StandaloneDriver(err).run(List.of(command));
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs the submission to its end and returns the exit status: 0 only if the driver finished. */
    int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "vitrine-stop-submission"));
        // ISO 8859-1 passes every byte on as it is.
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                err.println(line);
                note(line);
            }
        }
        return judge(process.waitFor());
    }

    private void note(String line) {
        Matcher matcher = STATE.matcher(line);
        if (matcher.find()) {
            driver = matcher.group(1);
            state = matcher.group(2);
        }
    }

    private int judge(int submission) {
        if (state.equals("FINISHED")) {
            return 0;
        }
        err.println(
                state.isEmpty()
                        ? "error: The cluster did not report the state of the driver. See the master's page."
                        : "error: " + driver + " ended as " + state + ". Its standard error is on its worker, in work/"
                                + driver + "/stderr.");
        return submission == 0 ? 1 : submission;
    }
}
