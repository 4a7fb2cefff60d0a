package io.vitrine;

/** One image has no features, for a {@link RejectionReason}. It costs its own row, never the run. */
public final class ImageRejectedException extends Exception {
    private final RejectionReason reason;

    public ImageRejectedException(RejectionReason reason, String detail) {
        super(detail, null, false, false); // a result, not a fault of the program: no stack trace
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }
}
