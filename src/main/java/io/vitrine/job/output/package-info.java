/**
 * What storage holds next to the rows: lease, records, identity, plans of runs in progress.
 *
 * <p>May import {@code request} and {@code rows} of the job, {@code catalog}, {@code table}, Hadoop, Spark and Jackson.
 */
package io.vitrine.job.output;
