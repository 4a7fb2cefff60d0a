package io.vitrine.job.request;

/** What becomes of a list's column that is called like a column of the output. */
public enum ClashingColumns {
    /** The run stops. */
    FAIL,
    /** The column is left out. */
    DROP,
    /** The column is called {@code list_} and its name. */
    RENAME
}
