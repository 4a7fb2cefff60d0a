package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_millis;

import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.table.FeatureTable;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What earlier runs have written: the newest row of each path. Subtracted by joins; no list of images comes to the driver.
 *
 * @param latest a path, and of its newest row status, length, modified, etag
 */
public record PreviousResults(Dataset<Row> latest) {
    public static final String DELETED = "deleted";

    private static final String PATH = "vitrine_done_path"; // beside any column of the input
    private static final String DONE = "vitrine_done";

    /**
     * Of finished runs.
     *
     * @param rows theirs, whose column run orders them by age
     */
    public static PreviousResults of(Dataset<Row> rows) {
        Dataset<Row> states = rows.select(
                col(ImageRefSchema.PATH).as(PATH),
                struct(
                                col(FeatureSchema.STATUS),
                                col("length"),
                                unix_millis(col("modified")).as("modified"),
                                col("etag"))
                        .as("row"),
                col(FeatureTable.RUN));
        return new PreviousResults(states.groupBy(PATH)
                .agg(expr("max_by(row, " + FeatureTable.RUN + ")").as(DONE)));
    }

    /**
     * The images of {@code images} that are still to do: new ones, changed ones, those that came back, and, on demand, those
     * that failed.
     *
     * <p>An image has changed if the store's version tag has, or, where there is none, its length or its time. An image that no
     * listing described (a row of a table) has not changed.
     */
    Dataset<Row> subtract(Dataset<Row> images, boolean retryFailed) {
        Column known = col(DONE).isNotNull();
        Column again = col(DONE + ".status").equalTo(DELETED);
        if (retryFailed) {
            again = again.or(col(DONE + ".status").notEqual(FeatureSchema.OK));
        }
        Column tags = col("etag").isNotNull().and(col(DONE + ".etag").isNotNull());
        Column sameTag = col("etag").eqNullSafe(col(DONE + ".etag"));
        Column sameFile = col("length")
                .eqNullSafe(col(DONE + ".length"))
                .and(col("modified").eqNullSafe(col(DONE + ".modified")));
        Column unlisted = col("length").isNull();
        Column same = unlisted.or(tags.and(sameTag)).or(tags.unary_$bang().and(sameFile));
        Column done = known.and(again.unary_$bang()).and(same);
        return joined(images).where(done.unary_$bang()).drop(PATH, DONE);
    }

    private Dataset<Row> joined(Dataset<Row> images) {
        return images.join(latest, images.col(ImageRefSchema.PATH).equalTo(latest.col(PATH)), "left");
    }

    /**
     * The paths that were written once and are not among {@code images}.
     *
     * @param roots only paths below one of these
     */
    public Dataset<Row> missing(Dataset<Row> images, List<String> roots) {
        Column below = roots.stream()
                .map(root -> col(PATH).startsWith(root).or(col(PATH).equalTo(root.replaceAll("/+$", ""))))
                .reduce(Column::or)
                .orElse(lit(true));
        return latest.where(col(DONE + ".status").notEqual(DELETED).and(below))
                .join(images, latest.col(PATH).equalTo(images.col(ImageRefSchema.PATH)), "left_anti")
                .select(col(PATH).as(ImageRefSchema.PATH));
    }
}
