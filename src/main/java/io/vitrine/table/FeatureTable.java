package io.vitrine.table;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of an output. A run's rows are added and removed as a whole. Single writer (the lease guarantees it), so reads may be
 * cached.
 */
public interface FeatureTable {
    /**
     * Options of Spark's readers of files. A session may skip files that it cannot read; what counts, what is done and what is
     * rewritten must not depend on such a gap.
     */
    Map<String, String> WHOLE_FILES = Map.of("ignoreCorruptFiles", "false", "ignoreMissingFiles", "false");

    /** The column with the id of the run that wrote a row. */
    String RUN = "run";

    /**
     * How rows are written.
     *
     * @param parquet options of the Parquet writer
     * @param provenance what the features are and how they were made; stored with the rows
     */
    record WriteOptions(Map<String, String> parquet, Map<String, String> provenance) {}

    /**
     * Writes a run's rows, which come without the column {@link #RUN}. Readers see them after {@link #publish}, or before it where
     * {@link #isPublishedAtOnce} is false.
     */
    void write(Dataset<Row> rows, String run, WriteOptions options);

    /** {@link #rows} of a run that is written and not published. */
    Dataset<Row> written(String run, StructType columns);

    /** Whether {@link #publish} shows all rows of a run in one step, and none of them is visible before. */
    boolean isPublishedAtOnce();

    /** Shows a run's rows to readers. */
    void publish(String run);

    /**
     * The rows of {@code runs}, with {@code columns} and {@link #RUN}. Callers name the columns because Spark would start a task to
     * read them from a footer.
     *
     * @param runs all of which exist
     */
    Dataset<Row> rows(List<String> runs, StructType columns);

    /**
     * All columns of selected runs as a relation of Spark, which skips columns and files that a query does not need.
     *
     * @param selection the runs, asked for again when the relation of a Parquet output is refreshed, and at each scan of a lake table
     * @param options of Spark's reader
     * @param empty the columns of a table without rows
     */
    BaseRelation relation(Supplier<List<String>> selection, Map<String, String> options, StructType empty);

    /** All published runs that have rows or a folder for rows. */
    List<String> runs();

    /** Removes a run's rows, published or not, if it has any, and its uploads that have not ended. The caller holds the lease. */
    void remove(String run);

    /**
     * Removes rows that were never published, so that readers never saw them. The caller holds the lease, and no run is writing.
     *
     * @param ours tells names of runs from those of other programs' folders
     */
    default void removeUnpublished(Predicate<String> ours) {}

    /** Ends removals that were cut: their rows are hidden from readers, and still there. The caller holds the lease. */
    default void finishRemovals() {}

    /** Removes a run's rows while another program may be writing, if that is safe. */
    void removeOfLostLease(String run);

    /** The table in {@code folder}, which need not exist. */
    static FeatureTable of(SparkSession spark, OutputFormat format, String folder) {
        return switch (format) {
            case parquet -> new ParquetTable(spark, folder);
            case delta -> new DeltaTable(spark, folder);
            case iceberg -> new IcebergTable(spark, folder);
        };
    }
}
