/**
 * How Spark schedules GPUs, and which GPU a task has.
 *
 * <p>May import {@code request} and {@code spark} of the job, {@code inference}, and Spark.
 */
package io.vitrine.job.gpu;
