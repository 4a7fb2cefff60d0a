package io.vitrine.image.isolate;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a child process ended.
 *
 * @param status its exit status; 128 plus the number of the signal that killed it
 * @param standardError what it printed
 */
record ProcessEnd(int status, String standardError) {
    /** In place of a status: the process had closed its streams or said what it should not. */
    static final int STILL_RUNNING = -1;

    private static final int KILLED = 128;
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final Map<Integer, String> SIGNALS = Map.of(
            4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", SIGKILL, "SIGKILL", 11, "SIGSEGV", SIGTERM, "SIGTERM");

    /** The JVM's report of a fatal error. */
    private static final Pattern JVM_REPORT = Pattern.compile("(?m)^#  (SIG[A-Z]+) \\(0x");

    private static final Pattern JVM_FRAME = Pattern.compile("(?m)^# Problematic frame:\\R# (.+)$");

    /** Whether something else than the process itself killed it, as the kernel does where memory is short. */
    boolean isKilled() {
        return status == KILLED + SIGKILL;
    }

    /** Whether it was asked to end: Ctrl-C in a terminal reaches every process that was started from it. */
    boolean isAskedToEnd() {
        return status == KILLED + SIGHUP || status == KILLED + SIGINT || status == KILLED + SIGTERM;
    }

    /** The signal or exit status, and the function that crashed if the JVM has named it. */
    String describe() {
        Matcher report = JVM_REPORT.matcher(standardError);
        String how = report.find()
                ? report.group(1)
                : status == STILL_RUNNING
                        ? "a wrong answer"
                        : status > KILLED
                                ? "signal " + (status - KILLED)
                                        + signalName()
                                                .map(name -> " (" + name + ")")
                                                .orElse("")
                                : "exit status " + status;
        Matcher frame = JVM_FRAME.matcher(standardError);
        return how + (frame.find() ? " in " + frame.group(1).strip().replaceAll("\\s+", " ") : "");
    }

    private Optional<String> signalName() {
        return Optional.ofNullable(SIGNALS.get(status - KILLED));
    }

    /** The last lines that it printed, as one line. */
    String lastWords() {
        String text = standardError.strip();
        return text.substring(Math.max(0, text.length() - 500)).replaceAll("\\s*\\R\\s*", "; ");
    }
}
