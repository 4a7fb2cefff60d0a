package io.vitrine.table;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of an output. A run's rows are added and removed as a whole, in one step for readers. Single writer (the lease guarantees
 * it), so reads may be cached.
 */
public interface FeatureTable {
    /** The column with the id of the run that wrote a row. */
    String RUN = "run";

    /**
     * How rows are written.
     *
     * @param parquet options of the Parquet writer
     * @param provenance what the features are and how they were made; stored with the rows
     */
    record WriteOptions(Map<String, String> parquet, Map<String, String> provenance) {}

    /** Adds a run's rows, which come without the column {@link #RUN}. */
    void write(Dataset<Row> rows, String run, WriteOptions options);

    /**
     * The rows of {@code runs}, with {@code columns} and {@link #RUN}. Callers name the columns because Spark would start a task to
     * read them from a footer.
     *
     * @param runs all of which exist
     */
    Dataset<Row> rows(List<String> runs, StructType columns);

    /** All runs that have rows or a folder for rows. */
    List<String> runs();

    /** Removes a run's rows, if it has any. */
    void remove(String run);

    /** The table in {@code folder}, which need not exist. */
    static FeatureTable of(SparkSession spark, OutputFormat format, String folder) {
        return switch (format) {
            case parquet -> new ParquetTable(spark, folder);
            case delta -> new DeltaTable(spark, folder);
            case iceberg -> new IcebergTable(spark, folder);
        };
    }
}
