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

    /**
     * @param committed rows that stay
     */
    static VitrineException of(Exception e, long committed) {
        String left = committed == 0
                ? "The run stopped, nothing was written: "
                : String.format(
                        Locale.ROOT,
                        "The run stopped; %,d images are committed, and the next run goes on: ",
                        committed);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof VitrineException fault) {
                return committed == 0 ? fault : new VitrineException(left + fault.getMessage(), e);
            }
            Matcher matcher = OURS.matcher(String.valueOf(cause.getMessage()));
            if (matcher.find()) {
                return new VitrineException(left + matcher.group(1), e);
            }
        }
        return new VitrineException(left + rootMessage(e) + ". The log has the whole story.", e);
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
