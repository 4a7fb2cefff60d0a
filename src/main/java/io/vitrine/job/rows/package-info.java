/**
 * From an image's result to a Spark row: the output's columns and their values.
 *
 * <p>May import {@code request} of the job, {@code catalog}, {@code checkpoint}, {@code graph}, {@code image}, {@code
 * inference}, {@code table}, and Spark SQL.
 */
package io.vitrine.job.rows;
