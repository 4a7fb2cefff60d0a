package io.vitrine.gpu;

/** A file is for the CPU. */
final class HandOverException extends Exception {
    private static final long serialVersionUID = 1;

    private final HandOver reason;

    HandOverException(HandOver reason) {
        super(reason.name(), null, false, false); // an expected result, so no stack trace
        this.reason = reason;
    }

    HandOver reason() {
        return reason;
    }
}
