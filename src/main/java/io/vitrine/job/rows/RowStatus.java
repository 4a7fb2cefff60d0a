package io.vitrine.job.rows;

import io.vitrine.RejectionReason;

/** The values of the {@code status} column. */
public final class RowStatus {
    /** The image has features. */
    public static final String OK = "ok";

    /** The image was in an earlier run's input and is no longer in this one's. */
    public static final String DELETED = "deleted";

    private RowStatus() {}

    /** Whether the image of a row with this status has no features and is not deleted. */
    public static boolean isFailure(String status) {
        return !status.equals(OK) && !status.equals(DELETED);
    }

    /** The status of an image without features. */
    public static String of(RejectionReason reason) {
        return reason.status();
    }
}
