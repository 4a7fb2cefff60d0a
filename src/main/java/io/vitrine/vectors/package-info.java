/**
 * The vectors of an output: the current {@code ok} rows of one vector column, and files of them for other programs.
 *
 * <p>May import {@code job}, {@code table}, {@code catalog}, Spark, Hadoop, Parquet and Jackson.
 */
package io.vitrine.vectors;
