/**
 * The job's features as columns of a DataFrame: a transformer for Spark ML's pipelines, and a function for SQL.
 *
 * <p>May import {@code job}, {@code catalog}, {@code image}, {@code graph}, {@code inference}, Spark SQL and Spark ML.
 */
package io.vitrine.ml;
