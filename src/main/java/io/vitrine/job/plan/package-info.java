/**
 * Plans a run and only reads: the checkpoint, the input, earlier results, the cluster. A dry run ends here. It may use
 * {@code request}, {@code rows}, {@code spark}, {@code gpu}, {@code task} and {@code output}.
 */
package io.vitrine.job.plan;
