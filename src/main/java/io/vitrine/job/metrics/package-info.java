/**
 * What executors measure while they run, in Spark's metrics system.
 *
 * <p>May import {@code inference}, Spark and Hadoop, and no other room of the job.
 */
package io.vitrine.job.metrics;
