package io.vitrine;

import java.util.Locale;

/** Why an image has no features, and whether later runs try it again. */
public enum RejectionReason {
    /** The file has no bytes. */
    EMPTY(Retry.IF_CHANGED),
    /** The first bytes match no known image format. */
    NOT_AN_IMAGE(Retry.IF_CHANGED),
    /** The image format, or this variant of it, has no decoder. */
    UNSUPPORTED(Retry.IF_CHANGED),
    /** The file ends before the image does. */
    TRUNCATED(Retry.IF_CHANGED),
    /** The image exceeds a limit on bytes or pixels. */
    TOO_LARGE(Retry.IF_CHANGED),
    /** The decoder cannot decode the file. */
    CORRUPT(Retry.IF_CHANGED),
    /** The model's features of the image are infinite or not a number. */
    NON_FINITE(Retry.IF_CHANGED),
    /** The executor has too little memory for the image. */
    OUT_OF_MEMORY(Retry.ALWAYS),
    /** Decoding took longer than its limit. */
    TIMED_OUT(Retry.ALWAYS),
    /** The process that decoded the image died. */
    CRASHED(Retry.ALWAYS),
    /** No object exists at the path. */
    MISSING(Retry.ALWAYS),
    /** The object was replaced between listing and reading. */
    CHANGED(Retry.ALWAYS),
    /** The storage failed to deliver the object. */
    UNREADABLE(Retry.ALWAYS);

    /** When a later run tries an image again. */
    public enum Retry {
        /** The file itself is the reason. */
        IF_CHANGED,
        /** Circumstances of the run are the reason. */
        ALWAYS
    }

    private final Retry retry;

    RejectionReason(Retry retry) {
        this.retry = retry;
    }

    public Retry retry() {
        return retry;
    }

    /** The value in the {@code status} column. */
    public String status() {
        return name().toLowerCase(Locale.ROOT);
    }
}
