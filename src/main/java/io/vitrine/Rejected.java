package io.vitrine;

/** One image has no features, for a {@link Reason}. It costs its own row, never the run. */
public final class Rejected extends Exception {
    private final Reason reason;

    public Rejected(Reason reason, String detail) {
        super(detail, null, false, false); // a result, not a fault of the program: no stack trace
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
