/**
 * Rewrites an output into fewer files: the current rows of many runs as one run, and columns of another output beside them.
 *
 * <p>May import {@code job}, {@code table}, {@code catalog}, {@code graph}, {@code report}, Spark, Hadoop, Parquet and Jackson.
 */
package io.vitrine.compact;
