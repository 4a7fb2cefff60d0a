package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.vitrine.catalog.CanonicalPaths;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Where a row is in its table, as the table's format tells it.
 *
 * @param file of the row, as the format writes its path; null where it tells none
 * @param name of the row: its file and its number there, else the table and the digest of the cell
 */
record CellPlace(Column file, Column name) {
    private static final String SPARK_FILE = "_metadata.file_path";
    private static final String SPARK_ROW = "_metadata.row_index";
    private static final String ICEBERG_FILE = "_file";
    private static final String ICEBERG_ROW = "_pos";

    /** @param digest of the cell */
    static CellPlace of(Dataset<Row> table, String location, Column digest) {
        CanonicalPaths paths = CanonicalPaths.ofWorkingFolder(
                table.sparkSession().sessionState().newHadoopConf());
        UDF1<String, String> ofSpark = encoded -> paths.of(new Path(new URI(encoded)).toString());
        UDF1<String, String> ofIceberg = paths::of;
        Column byDigest = concat(lit(paths.of(location) + "#sha256:"), coalesce(digest, lit("null")));
        if (has(table, SPARK_FILE)) {
            return new CellPlace(
                    col(SPARK_FILE),
                    numbered(table, SPARK_FILE, SPARK_ROW, ofSpark).orElse(byDigest));
        } else if (has(table, ICEBERG_FILE)) {
            return new CellPlace(
                    col(ICEBERG_FILE),
                    numbered(table, ICEBERG_FILE, ICEBERG_ROW, ofIceberg).orElse(byDigest));
        }
        return new CellPlace(lit(null).cast("string"), byDigest);
    }

    private static Optional<Column> numbered(
            Dataset<Row> table, String file, String row, UDF1<String, String> canonical) {
        return has(table, row)
                ? Optional.of(concat(
                        udf(canonical, DataTypes.StringType).apply(col(file)), lit("#"), col(row).cast("string")))
                : Optional.empty();
    }

    private static boolean has(Dataset<Row> table, String column) {
        try {
            table.select(column);
            return true;
        } catch (Exception e) { // an AnalysisException, which Scala does not declare
            return false;
        }
    }
}
