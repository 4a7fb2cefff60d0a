package io.vitrine.launch;

/** A command that cannot be started. The message says why and what to do; the status is one of those in {@code cli.ExitCode}. */
final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int USAGE = 2;
    static final int CONFIGURATION = 3;

    private final int status;

    private LaunchException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The environment or the installation must change. */
    static LaunchException configuration(String message) {
        return new LaunchException(CONFIGURATION, message);
    }

    /** The command line is wrong. */
    static LaunchException usage(String message) {
        return new LaunchException(USAGE, message);
    }

    int status() {
        return status;
    }
}
