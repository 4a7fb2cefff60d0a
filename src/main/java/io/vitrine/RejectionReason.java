package io.vitrine;

import java.util.Locale;

/** Why an image has no features. */
public enum RejectionReason {
    /** No bytes. */
    EMPTY,
    /** The bytes begin as no image format does. */
    NOT_AN_IMAGE,
    /** An image, of a format or kind that is not read. */
    UNSUPPORTED,
    /** The file ends before the image does. */
    TRUNCATED,
    /** More bytes or pixels than the limits. */
    TOO_LARGE,
    /** An image format, but the decoder refuses the content. */
    CORRUPT,
    /** No object under this path. */
    MISSING,
    /** The object was replaced between listing and reading. */
    CHANGED,
    /** Storage failed. */
    UNREADABLE;

    /** The value of the {@code status} column. */
    public String status() {
        return name().toLowerCase(Locale.ROOT);
    }
}
