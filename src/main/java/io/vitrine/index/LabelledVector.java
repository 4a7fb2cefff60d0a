package io.vitrine.index;

import java.io.Serializable;

/**
 * A prepared vector on its way to its shard.
 *
 * @param label of its image; empty if it has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LabelledVector(float[] vector, String label) implements Serializable {}
