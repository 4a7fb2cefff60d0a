package io.vitrine;

/** A file system, an object store or the Hub did not do what was asked. */
public final class StorageException extends VitrineException {
    private static final long serialVersionUID = 1;

    /** Whether the same request can succeed later by itself. */
    public enum Outlook {
        /** A network fault, an overloaded or unavailable store: run again. */
        TRANSIENT,
        /** Missing, forbidden or misconfigured: a person must act first. */
        PERMANENT
    }

    private final Outlook outlook;

    public StorageException(Outlook outlook, String message) {
        this(outlook, message, null);
    }

    public StorageException(Outlook outlook, String message, Throwable cause) {
        super(message, cause);
        this.outlook = outlook;
    }

    /** Whether a retry can help. */
    public Outlook outlook() {
        return outlook;
    }

    /** Names the outlook too: Spark carries an executor's exception to the driver as this text. */
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return getClass().getName() + "[" + outlook + "]: " + getMessage();
    }

    @Override
    public StorageException withMessage(String message) {
        return new StorageException(outlook, message, this);
    }
}
