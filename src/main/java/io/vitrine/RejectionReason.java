package io.vitrine;

import java.util.Locale;

/** Why an image has no features. */
public enum RejectionReason {
    /** The file has no bytes. */
    EMPTY,
    /** The first bytes match no known image format. */
    NOT_AN_IMAGE,
    /** The image format, or this variant of it, has no decoder. */
    UNSUPPORTED,
    /** The file ends before the image does. */
    TRUNCATED,
    /** The image exceeds a limit on bytes or pixels, or the executor's memory. */
    TOO_LARGE,
    /** The decoder cannot decode the file. */
    CORRUPT,
    /** No object exists at the path. */
    MISSING,
    /** The object was replaced between listing and reading. */
    CHANGED,
    /** The storage failed to deliver the object. */
    UNREADABLE;

    /** The value in the {@code status} column. */
    public String status() {
        return name().toLowerCase(Locale.ROOT);
    }
}
