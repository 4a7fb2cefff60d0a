/**
 * The table of an output: how rows are written, read back and removed, run by run, as Parquet files, a Delta Lake table
 * or an Iceberg table.
 *
 * <p>May import Spark, Hadoop, Jackson, {@code catalog} and {@code table.parquet}. Delta and Iceberg are called by name and need not
 * be on the class path.
 */
package io.vitrine.table;
