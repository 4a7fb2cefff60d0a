package io.vitrine;

/** An image cannot get features. Its row reports the reason and this message; the run continues. */
public final class ImageRejectedException extends Exception {
    private final RejectionReason reason;

    public ImageRejectedException(RejectionReason reason, String message) {
        super(message, null, false, false); // an expected result, so no stack trace
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }
}
