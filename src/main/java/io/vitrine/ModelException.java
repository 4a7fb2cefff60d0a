package io.vitrine;

/** A checkpoint that is missing, damaged, unsupported, or whose features are not usable. */
public final class ModelException extends VitrineException {
    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        this(message, null);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ModelException withMessage(String message) {
        return new ModelException(message, this);
    }
}
