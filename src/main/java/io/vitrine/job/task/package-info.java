/**
 * What executors run: fetch, decode, infer, lazily and one batch at a time.
 *
 * <p>May import {@code request}, {@code rows}, {@code gpu} and {@code metrics} of the job, the rooms below that do the work, Spark and
 * Hadoop.
 */
package io.vitrine.job.task;
