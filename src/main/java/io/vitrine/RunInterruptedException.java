package io.vitrine;

/** The run was asked to stop before its end. Committed images stay; the next run continues. */
public final class RunInterruptedException extends VitrineException {
    private static final long serialVersionUID = 1;

    public RunInterruptedException(String message) {
        this(message, null);
    }

    public RunInterruptedException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public RunInterruptedException withMessage(String message) {
        return new RunInterruptedException(message, this);
    }
}
