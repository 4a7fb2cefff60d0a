/**
 * How Spark schedules GPUs, which GPU a task has, and the decoder of each.
 *
 * <p>May import {@code request} and {@code spark} of the job, {@code inference}, {@code io.vitrine.gpu}, the recipe of {@code
 * image.isolate}, and Spark.
 */
package io.vitrine.job.gpu;
