/**
 * Spark's data source {@code vitrine}, which reads the rows of recorded runs.
 *
 * <p>May import {@code output} and {@code rows} of the job, {@code table} and Spark.
 */
package io.vitrine.job.reader;
