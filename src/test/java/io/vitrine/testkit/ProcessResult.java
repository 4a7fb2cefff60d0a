package io.vitrine.testkit;

import io.vitrine.cli.ExitCode;

/**
 * How a process ended, and what it printed.
 *
 * @param out standard output
 * @param err standard error
 */
public record ProcessResult(int status, String out, String err) {
    /** Everything it printed: standard output, then standard error. */
    public String printed() {
        return out + err;
    }

    /** @throws AssertionError with all it printed if the process failed */
    public ProcessResult requireSuccess() {
        return require(ExitCode.SUCCESS);
    }

    /** @throws AssertionError with all it printed if it ended in another way */
    public ProcessResult require(ExitCode code) {
        if (status != code.status()) {
            throw new AssertionError(
                    "Exit status " + status + ", not " + code.status() + " (" + code + "). It printed:\n" + printed());
        }
        return this;
    }
}
