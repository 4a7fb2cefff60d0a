package io.vitrine;

/** An image cannot get features. Its row reports the reason and this message; the run continues. */
public final class ImageRejectedException extends Exception {
    private final RejectionReason reason;

    public ImageRejectedException(RejectionReason reason, String message) {
        super(message, null, false, false); // an expected result, so no stack trace
        this.reason = reason;
    }

    /**
     * An image of too many bytes.
     *
     * @param found how many, with their kind: {@code 5000 bytes}
     * @param limit the value of {@code --max-image-bytes}
     */
    public static ImageRejectedException tooManyBytes(String found, long limit) {
        return new ImageRejectedException(
                RejectionReason.TOO_LARGE, found + "; the limit is " + limit + " (--max-image-bytes)");
    }

    public RejectionReason reason() {
        return reason;
    }
}
