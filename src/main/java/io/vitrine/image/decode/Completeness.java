package io.vitrine.image.decode;

/** Whether a file holds its whole image, judged without decoding. */
public enum Completeness {
    /** Nothing is missing. */
    COMPLETE,
    /** The end of the file is missing. All pixels may still be there; decoding shows whether they are. */
    END_MISSING,
    /** The file ends before its pixels do. */
    TRUNCATED
}
