package io.vitrine.job;

import io.vitrine.VitrineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds our own message in what Spark throws, which carries an executor's exception as text. */
final class JobFault {
    private static final Pattern OURS = Pattern.compile(
            "io\\.vitrine\\.VitrineException: (.*?)(\\n\\s+at |\\nCaused by|\\nDriver stacktrace|$)", Pattern.DOTALL);

    private JobFault() {}

    static VitrineException of(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof VitrineException fault) {
                return fault;
            }
            Matcher matcher = OURS.matcher(String.valueOf(cause.getMessage()));
            if (matcher.find()) {
                return new VitrineException("The run stopped, nothing was written: " + matcher.group(1), e);
            }
        }
        return new VitrineException(
                "The run stopped, nothing was written: " + rootMessage(e) + ". The log has the whole story.", e);
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
