/**
 * Plans a run and only reads: the checkpoint, the input, earlier results, the cluster. A dry run ends here.
 *
 * <p>May import {@code request}, {@code rows}, {@code spark}, {@code gpu}, {@code task} and {@code output} of the job,
 * the rooms below that it plans with, Spark, Hadoop and Jackson.
 */
package io.vitrine.job.plan;
