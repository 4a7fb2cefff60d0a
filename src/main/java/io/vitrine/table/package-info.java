/**
 * The table of an output: how rows are written, read back and removed, run by run, as Parquet files, a Delta Lake table or an Iceberg
 * table.
 *
 * <p>Imports Spark, Hadoop and the room catalog. Delta and Iceberg are known by name and need not be on the class path.
 */
package io.vitrine.table;
