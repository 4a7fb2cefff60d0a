package io.vitrine.job.spark;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the fault that stopped a Spark job. Spark carries an executor's exception as text only. */
public final class SparkFailures {
    private static final Pattern FAULT = Pattern.compile(
            "io\\.vitrine\\.(\\w+Exception)(?:\\[(\\w+)\\])?: (.*?)(\\n\\s+at |\\nCaused by|\\nDriver stacktrace|$)",
            Pattern.DOTALL);

    private SparkFailures() {}

    /**
     * The fault behind an exception of Spark: the {@link VitrineException} in its causes, or one of the same kind built from the
     * text of an executor's. Interruptions and lost executors are faults too; everything else is an
     * {@link IllegalStateException}: an error of this program, of Spark or of the JVM.
     */
    public static RuntimeException cause(Exception e) {
        return known(e).orElseGet(() -> new IllegalStateException(rootMessage(e) + ". See the log for details.", e));
    }

    /**
     * {@link #cause(Exception)} of code that uses storage through Spark: a failure of the file system or the store becomes a
     * {@link io.vitrine.StorageException}.
     *
     * @param attempt what the code did, such as "write to"
     * @param place the path that it used
     */
    public static RuntimeException cause(String attempt, Object place, Exception e) {
        return known(e).or(() -> StorageErrors.find(attempt, place, e)).orElseGet(() -> cause(e));
    }

    /**
     * Runs code that reads or writes storage through Spark, and explains its failure.
     *
     * @param attempt such as "read the input"
     * @param place the path or table that is at fault if the code fails
     * @throws VitrineException naming {@code place}, or the fault itself where it is known
     */
    public static <T> T explain(String attempt, Object place, Callable<T> code) {
        try {
            return code.call();
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            RuntimeException fault = cause(attempt, place, e);
            // An AnalysisException, for instance, is no failure of the store, and yet the place is at fault.
            throw fault instanceof VitrineException || e instanceof IllegalStateException
                    ? fault
                    : StorageErrors.of(attempt, place, e);
        }
    }

    private static Optional<RuntimeException> known(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof VitrineException fault) {
                return Optional.of(fault);
            }
            Matcher matcher = FAULT.matcher(String.valueOf(cause.getMessage()));
            if (matcher.find()) {
                return Optional.of(fault(matcher.group(1), matcher.group(2), matcher.group(3), e));
            }
        }
        if (isInterruption(e)) {
            return Optional.of(new RunInterruptedException("The run was interrupted", e));
        }
        if (contains(e, "java.lang.OutOfMemoryError")) {
            return Optional.of(outOfMemory(e));
        }
        return contains(e, "ExecutorLostFailure") ? Optional.of(executorLost(e)) : Optional.empty();
    }

    private static boolean isInterruption(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || cause.getClass() == InterruptedIOException.class) { // its subclasses are timeouts
                if (cause == e) {
                    Thread.currentThread().interrupt(); // it was this thread that was interrupted
                }
                return true;
            }
        }
        return contains(e, "SparkContext was shut down") || contains(e, "SparkContext was stopped");
    }

    private static boolean contains(Exception e, String text) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static ConfigurationException outOfMemory(Exception e) {
        return new ConfigurationException(
                "A Java heap was too small: " + firstLine(rootMessage(e))
                        + ". Raise spark.executor.memory (in local mode"
                        + " --driver-memory), or use fewer cores per executor; --dry-run says what a slot needs.",
                e);
    }

    private static ConfigurationException executorLost(Exception e) {
        return new ConfigurationException(
                "Executors were lost: " + firstLine(rootMessage(e))
                        + ". See their logs. If memory was short, raise spark.executor.memory or"
                        + " spark.executor.memoryOverhead. If images kill their decoders, use"
                        + " --decode-isolation process.",
                e);
    }

    private static RuntimeException fault(String kind, String outlook, String message, Exception cause) {
        return switch (kind) {
            case "ModelException" -> new ModelException(message, cause);
            case "OutputConflictException" -> new OutputConflictException(message, cause);
            case "RunInterruptedException" -> new RunInterruptedException(message, cause);
            case "StorageException" -> new StorageException(StorageException.Outlook.valueOf(outlook), message, cause);
            case "ConfigurationException" -> new ConfigurationException(message, cause);
            default -> new IllegalStateException(kind + ": " + message, cause);
        };
    }

    /**
     * The same fault; its message says what the run has committed.
     *
     * @param committed rows that stay
     */
    public static RuntimeException stopped(RuntimeException fault, long committed) {
        if (fault instanceof RunInterruptedException || isInterruption(fault)) {
            return new RunInterruptedException(
                    String.format(
                            Locale.ROOT,
                            "The run was interrupted; %,d images of it are committed. Run the same command again to go"
                                    + " on.",
                            committed),
                    fault);
        }
        String left = committed == 0
                ? "The run stopped, nothing was written: "
                : String.format(
                        Locale.ROOT,
                        "The run stopped; %,d images are committed, and the next run continues: ",
                        committed);
        return fault instanceof VitrineException known
                ? known.withMessage(left + known.getMessage())
                : new IllegalStateException(left + fault.getMessage(), fault);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = String.valueOf(root.getMessage());
        int end = text.indexOf("\n\tat ");
        return end < 0 ? text : text.substring(0, end);
    }
}
