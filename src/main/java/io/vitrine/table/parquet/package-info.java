/**
 * Writes Parquet files whose features are stored an array at a time.
 *
 * <p>May import Spark, Parquet, Hadoop and Jackson.
 */
package io.vitrine.table.parquet;
