/**
 * Searches an index for a whole table of queries, as a Spark job.
 *
 * <p>May import {@code index}, {@code vectors}, {@code job.spark}, {@code table}, {@code catalog}, Spark and Hadoop.
 */
package io.vitrine.search.batch;
