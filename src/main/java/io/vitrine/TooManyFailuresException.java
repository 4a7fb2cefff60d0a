package io.vitrine;

/**
 * More images failed than the run's limit allows. Rows of images with features are committed, and so are those of failed
 * images.
 */
public final class TooManyFailuresException extends VitrineException {
    public TooManyFailuresException(String message) {
        this(message, null);
    }

    private TooManyFailuresException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public TooManyFailuresException withMessage(String message) {
        return new TooManyFailuresException(message, this);
    }
}
