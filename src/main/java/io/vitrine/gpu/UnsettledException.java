package io.vitrine.gpu;

/** The device failed, and does not tell whether it still reads and writes memory of the host. Files of the launch get no answer. */
final class UnsettledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsettledException(Throwable cause) {
        super("The GPU does not tell whether it has stopped", cause);
    }
}
