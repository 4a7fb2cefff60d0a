package io.vitrine.vectors;

import java.io.Serializable;

/**
 * An image's current vector.
 *
 * @param path canonical
 * @param run that made the vector; path and run tell whether a vector is the same as before
 * @param vector not shared
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PathVector(String path, String run, float[] vector) implements Serializable {}
