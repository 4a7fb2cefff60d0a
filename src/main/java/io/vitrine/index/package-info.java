/**
 * An index of an output's vectors: built by Spark in shards, kept whole by a manifest, searched exactly or through graphs.
 *
 * <p>May import {@code vectors}, the job's lease and run ids, {@code catalog}, JVector, Spark, Hadoop and Jackson.
 */
package io.vitrine.index;
