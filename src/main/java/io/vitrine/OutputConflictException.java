package io.vitrine;

/** The output cannot take this run: another run writes to it, or it holds features made in another way. */
public non-sealed class OutputConflictException extends VitrineException {
    private static final long serialVersionUID = 1;

    public OutputConflictException(String message) {
        this(message, null);
    }

    public OutputConflictException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public OutputConflictException withMessage(String message) {
        return new OutputConflictException(message, this);
    }
}
