package io.vitrine.image.decode;

/** Whether a file holds its whole image, judged without decoding. */
public enum Completeness {
    /** Nothing is missing. */
    COMPLETE,
    /** The file ends before its pixels do. */
    TRUNCATED
}
