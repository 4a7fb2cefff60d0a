package io.vitrine.search.batch;

import java.io.Serializable;

/** A query of a table: what it is called, and its vector. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QueryVector(String query, float[] vector) implements Serializable {}
