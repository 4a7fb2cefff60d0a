/**
 * What executors run: fetch, decode, infer, lazily, one batch at a time, or two where a GPU decodes.
 *
 * <p>May import {@code request}, {@code rows}, {@code gpu} and {@code metrics} of the job, the rooms below that do the work, Spark and
 * Hadoop.
 */
package io.vitrine.job.task;
