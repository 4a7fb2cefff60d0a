package io.vitrine.compact;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.job.output.CompactionNote;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.table.FeatureTable;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Which run made each row of a compaction: a table of {@link #PATH} and {@link #ORIGIN} beside the rows, because the column {@code
 * run} of the rows names the compaction. A column in the rows' own files would break readers that expect the same columns in all.
 */
final class RowOrigins {
    static final String PATH = FeatureSchema.PATH;

    /** The run that made the row. */
    static final String ORIGIN = "origin";

    /** For each column that was added to the row later, by name, the run that made it. */
    static final String ADDED = "added";

    private static final String KNOWN = "vitrine_known_";
    private static final StructType COLUMNS =
            StructType.fromDDL("path STRING, origin STRING, added MAP<STRING, STRING>");

    private RowOrigins() {}

    /**
     * Adds {@link #ORIGIN} and {@link #ADDED} to rows of an output.
     *
     * @param rows with {@link #PATH} and the run that holds them
     */
    static Dataset<Row> of(SparkSession spark, Dataset<Row> rows, OutputFolder output, List<String> runs) {
        String[] earlier = runs.stream()
                .filter(CompactionNote::isOf)
                .filter(output::hasOrigins)
                .map(output::origins)
                .toArray(String[]::new);
        Column run = col(FeatureTable.RUN);
        if (earlier.length == 0) {
            return rows.withColumn(ORIGIN, run).withColumn(ADDED, lit(null).cast("map<string,string>"));
        }
        String folder = earlier[0].substring(0, earlier[0].lastIndexOf('/'));
        Dataset<Row> known = spark.read()
                .schema(COLUMNS)
                .options(FeatureTable.WHOLE_FILES)
                .option("basePath", folder)
                .parquet(earlier)
                .select(
                        col(PATH).as(KNOWN + PATH),
                        col(FeatureTable.RUN).as(KNOWN + FeatureTable.RUN),
                        col(ORIGIN).as(KNOWN + ORIGIN),
                        col(ADDED));
        return rows.join(
                        known,
                        col(PATH).equalTo(col(KNOWN + PATH)).and(run.equalTo(col(KNOWN + FeatureTable.RUN))),
                        "left")
                .withColumn(ORIGIN, coalesce(col(KNOWN + ORIGIN), run))
                .drop(KNOWN + PATH, KNOWN + FeatureTable.RUN, KNOWN + ORIGIN);
    }
}
