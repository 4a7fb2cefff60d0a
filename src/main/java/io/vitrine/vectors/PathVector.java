package io.vitrine.vectors;

import java.io.Serializable;

/**
 * An image's current vector.
 *
 * @param path canonical
 * @param run that made the vector; path and run tell whether a vector is the same as before
 * @param vector not shared
 * @param label what a carried column says of the image; empty if it says nothing, or none was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PathVector(String path, String run, float[] vector, String label) implements Serializable {
    /** A vector without a label. */
    public PathVector(String path, String run, float[] vector) {
        this(path, run, vector, "");
    }
}
