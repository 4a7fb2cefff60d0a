package io.vitrine;

/** A request that cannot be met as written: an option, a setting or the environment must change. */
public final class ConfigurationException extends VitrineException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        this(message, null);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ConfigurationException withMessage(String message) {
        return new ConfigurationException(message, this);
    }
}
