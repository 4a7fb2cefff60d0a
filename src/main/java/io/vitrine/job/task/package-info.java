/**
 * What executors run: fetch, decode, infer, lazily and one batch at a time.
 *
 * <p>May import {@code request}, {@code rows} and {@code gpu} of the job, the rooms below that do the work, Spark and
 * Hadoop.
 */
package io.vitrine.job.task;
