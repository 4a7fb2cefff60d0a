/**
 * Settings, failures and progress of a Spark session.
 *
 * <p>May import {@code request} and {@code metrics} of the job, {@code catalog}, {@code hub}, {@code report}, {@code table}, Spark and
 * Hadoop.
 */
package io.vitrine.job.spark;
