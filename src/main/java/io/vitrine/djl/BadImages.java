package io.vitrine.djl;

/** What a translator answers for an image that can't be decoded. */
public enum BadImages {
    /** An exception, which ends the whole batch. */
    ERROR,
    /** Null, or for DJL Serving an answer with a code of its own. The batch's other images have their features. */
    NULL
}
