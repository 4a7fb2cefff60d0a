package io.vitrine.job;

import io.vitrine.VitrineException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds our own message in what Spark throws, which carries an executor's exception as text. */
final class JobFault {
    private static final Pattern OURS = Pattern.compile(
            "io\\.vitrine\\.VitrineException: (.*?)(\\n\\s+at |\\nCaused by|\\nDriver stacktrace|$)", Pattern.DOTALL);

    private JobFault() {}

    /** What went wrong. */
    static VitrineException cause(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof VitrineException fault) {
                return fault;
            }
            Matcher matcher = OURS.matcher(String.valueOf(cause.getMessage()));
            if (matcher.find()) {
                return new VitrineException(matcher.group(1), e);
            }
        }
        return new VitrineException(rootMessage(e) + ". The log has the whole story.", e);
    }

    /**
     * The same, with what is left of the run.
     *
     * @param committed rows that stay
     */
    static VitrineException stopped(VitrineException cause, long committed) {
        String left = committed == 0
                ? "The run stopped, nothing was written: "
                : String.format(
                        Locale.ROOT,
                        "The run stopped; %,d images are committed, and the next run goes on: ",
                        committed);
        return new VitrineException(left + cause.getMessage(), cause);
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
