package io.vitrine;

/**
 * A fault that stops a run. The message says what is wrong, where, and what to do next; commands print it alone, without a
 * stack trace. The subclass says what a caller can do about it, and decides the exit code of a command.
 *
 * <p>Errors of the program itself are {@link IllegalStateException}s, not these.
 */
public abstract sealed class VitrineException extends RuntimeException
        permits ConfigurationException,
                ModelException,
                OutputConflictException,
                RunInterruptedException,
                StorageException,
                TooManyFailuresException {
    VitrineException(String message, Throwable cause) {
        super(MessageText.safe(message), cause);
    }

    /** The same kind of fault with another message; this one becomes its cause. */
    public abstract VitrineException withMessage(String message);
}
