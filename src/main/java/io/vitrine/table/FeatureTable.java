package io.vitrine.table;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of an output. They are added and removed by whole runs; each of these steps appears to readers at once. Written by
 * one program at a time, as the output's lease says, so that what was once read of it may be remembered.
 */
public interface FeatureTable {
    /** The column that names the run that wrote a row. */
    String RUN = "run";

    /**
     * How rows are written.
     *
     * @param parquet options of the Parquet writer
     * @param provenance what the features are and how they were made, kept with what is written
     */
    record WriteOptions(Map<String, String> parquet, Map<String, String> provenance) {}

    /** Adds a run's rows; they have no column {@link #RUN} yet. */
    void write(Dataset<Row> rows, String run, WriteOptions options);

    /**
     * The rows of {@code runs}, which exist: of their columns {@code columns}, and {@link #RUN}. Named, because to find out what
     * there are Spark would read a footer in a task of its own.
     */
    Dataset<Row> rows(List<String> runs, StructType columns);

    /** All runs that have rows, or a place for rows. */
    List<String> runs();

    /** Removes a run's rows, if there are any. */
    void remove(String run);

    /** The table in a folder, which may not exist yet. */
    static FeatureTable of(SparkSession spark, OutputFormat format, String folder) {
        return switch (format) {
            case parquet -> new ParquetTable(spark, folder);
            case delta -> new DeltaTable(spark, folder);
            case iceberg -> new IcebergTable(spark, folder);
        };
    }
}
