package io.vitrine.testkit;

/** How a command ends, by what its caller can do about it. */
public enum ExitCode {
    SUCCESS(0),
    INTERNAL_ERROR(1),
    USAGE(1),
    CONFIGURATION(1),
    STORAGE_PERMANENT(1),
    MODEL(1),
    OUTPUT_CONFLICT(1);

    private final int status;

    ExitCode(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }
}
