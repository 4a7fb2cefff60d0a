package io.vitrine.compact;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.row_number;

import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.table.FeatureTable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Finds out which rows of an output count: the newest of each image, unless it is {@code deleted}. It reads two small columns. An
 * image is known by its canonical path, as in the next run; of two forms of a path in one run the first counts.
 */
final class RowScan {
    /** Where Spark says that a row comes from. */
    static final Column FILE = col("_metadata.file_path");

    /** The row's index in that file. */
    static final Column INDEX = col("_metadata.row_index");

    private static final StructType COLUMNS = new StructType()
            .add(FeatureSchema.PATH, DataTypes.StringType)
            .add(FeatureSchema.STATUS, DataTypes.StringType);

    private RowScan() {}

    /** The rows of each file of {@code runs} that has some, by the file's name. */
    static Map<String, FileRows> of(SparkSession spark, FeatureTable table, List<String> runs) {
        CanonicalPaths paths = CanonicalPaths.ofFullPaths(spark.sessionState().newHadoopConf());
        WindowSpec image = Window.partitionBy("image").orderBy(desc(FeatureTable.RUN), asc(FeatureSchema.PATH));
        Dataset<Row> rows = table.rows(runs, COLUMNS)
                .select(
                        FILE.as("file"),
                        INDEX.as("index"),
                        col("_metadata.file_size").as("size"),
                        col(FeatureTable.RUN),
                        col(FeatureSchema.PATH),
                        paths.of(col(FeatureSchema.PATH)).as("image"),
                        col(FeatureSchema.STATUS))
                .withColumn("age", row_number().over(image))
                .withColumn("gone", first(col(FeatureSchema.STATUS)).over(image).equalTo(RowStatus.DELETED))
                .select(
                        col("file"),
                        col("index"),
                        col("size"),
                        col(FeatureTable.RUN),
                        col("age").equalTo(1).and(col("gone").equalTo(false)),
                        col("gone"));
        return new TreeMap<>(rows.javaRDD()
                .map(ScannedRow::of)
                .mapToPair(row -> new Tuple2<>(row.file(), row))
                .aggregateByKey(new FileRows(), FileRows::add, FileRows::add)
                .collectAsMap());
    }
}
