package io.vitrine;

/**
 * A fault of configuration, model or storage that stops a run. The message says what is wrong, where, and what to do
 * next; commands print it alone, without a stack trace.
 */
public class VitrineException extends RuntimeException {
    public VitrineException(String message) {
        super(message);
    }

    public VitrineException(String message, Throwable cause) {
        super(message, cause);
    }
}
