package io.vitrine.job.spark;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import java.util.Locale;
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
     * The fault behind an exception of Spark: the {@link VitrineException} among its causes, or one of the same kind made from
     * the text of an executor's. Errors of this program, of Spark or of the JVM become an {@link IllegalStateException}.
     */
    public static RuntimeException cause(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof VitrineException fault) {
                return fault;
            }
            Matcher matcher = FAULT.matcher(String.valueOf(cause.getMessage()));
            if (matcher.find()) {
                return fault(matcher.group(1), matcher.group(2), matcher.group(3), e);
            }
        }
        return new IllegalStateException(rootMessage(e) + ". See the log for details.", e);
    }

    /**
     * Runs code that reads storage through Spark, and explains its failure.
     *
     * @param attempt such as "read the input"
     * @param place the path or table that is at fault if reading fails
     * @throws VitrineException naming {@code place}, or the fault itself where it is known
     */
    public static <T> T explain(String attempt, Object place, Callable<T> code) {
        try {
            return code.call();
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            RuntimeException fault = cause(e);
            throw fault instanceof VitrineException || e instanceof IllegalStateException
                    ? fault
                    : StorageErrors.of(attempt, place, e);
        }
    }

    private static VitrineException fault(String kind, String outlook, String message, Exception cause) {
        return switch (kind) {
            case "ModelException" -> new ModelException(message, cause);
            case "OutputConflictException" -> new OutputConflictException(message, cause);
            case "RunInterruptedException" -> new RunInterruptedException(message, cause);
            case "StorageException" -> new StorageException(StorageException.Outlook.valueOf(outlook), message, cause);
            default -> new ConfigurationException(message, cause);
        };
    }

    /**
     * The same fault; its message says what the run has committed.
     *
     * @param committed rows that stay
     */
    public static RuntimeException stopped(RuntimeException fault, long committed) {
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
