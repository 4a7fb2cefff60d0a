package io.vitrine.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_millis;

import io.vitrine.catalog.ImageTable;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What earlier runs have written: the newest row of each path. Subtracted by joins; no list of images comes to the driver.
 *
 * @param latest {@code done_path} and {@code done}: status, length, modified, etag
 */
record Committed(Dataset<Row> latest) {
    static final String DELETED = "deleted";

    private static final StructType READ = new StructType()
            .add(ImageTable.PATH, DataTypes.StringType)
            .add(FeatureSchema.STATUS, DataTypes.StringType)
            .add("length", DataTypes.LongType)
            .add("modified", DataTypes.TimestampType)
            .add("etag", DataTypes.StringType)
            .add("run", DataTypes.StringType);

    /**
     * Of finished runs.
     *
     * @param output the folder they are in
     * @param folders theirs, whose names order them by age
     */
    static Committed read(SparkSession spark, String output, List<String> folders) {
        Dataset<Row> rows = spark.read()
                .schema(READ)
                .option("basePath", output)
                .parquet(folders.toArray(String[]::new))
                .select(
                        col(ImageTable.PATH).as("done_path"),
                        struct(
                                        col(FeatureSchema.STATUS),
                                        col("length"),
                                        unix_millis(col("modified")).as("modified"),
                                        col("etag"))
                                .as("row"),
                        col("run"));
        return new Committed(
                rows.groupBy("done_path").agg(expr("max_by(row, run)").as("done")));
    }

    /**
     * The images of {@code images} that are still to do: new ones, changed ones, those that came back, and, on demand, those
     * that failed.
     *
     * <p>An image has changed if the store's version tag has, or, where there is none, its length or its time. An image that no
     * listing described (a row of a table) has not changed.
     */
    Dataset<Row> subtract(Dataset<Row> images, boolean retryFailed) {
        Column known = col("done").isNotNull();
        Column again = col("done.status").equalTo(DELETED);
        if (retryFailed) {
            again = again.or(col("done.status").notEqual(FeatureSchema.OK));
        }
        Column tags = col("etag").isNotNull().and(col("done.etag").isNotNull());
        Column sameTag = col("etag").eqNullSafe(col("done.etag"));
        Column sameFile =
                col("length").eqNullSafe(col("done.length")).and(col("modified").eqNullSafe(col("done.modified")));
        Column unlisted = col("length").isNull();
        Column same = unlisted.or(tags.and(sameTag)).or(tags.unary_$bang().and(sameFile));
        Column done = known.and(again.unary_$bang()).and(same);
        return joined(images).where(done.unary_$bang()).drop("done_path", "done");
    }

    private Dataset<Row> joined(Dataset<Row> images) {
        return images.join(latest, images.col(ImageTable.PATH).equalTo(latest.col("done_path")), "left");
    }

    /**
     * The paths that were written once and are not among {@code images}.
     *
     * @param roots only paths below one of these
     */
    Dataset<Row> missing(Dataset<Row> images, List<String> roots) {
        Column below = roots.stream()
                .map(root ->
                        col("done_path").startsWith(root).or(col("done_path").equalTo(root.replaceAll("/+$", ""))))
                .reduce(Column::or)
                .orElse(lit(true));
        return latest.where(col("done.status").notEqual(DELETED).and(below))
                .join(images, latest.col("done_path").equalTo(images.col(ImageTable.PATH)), "left_anti")
                .select(col("done_path").as(ImageTable.PATH));
    }
}
