package io.vitrine.probe;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Divides each class's images by a hash of their path and the seed: the least hashes are held out, the next ones choose the penalty,
 * the rest trains. It does not depend on partitions, on other classes, or on the order of rows.
 *
 * <p>Of a class's {@code n} images {@code round(holdout * n)} are held out, at least one and at most {@code n - 1}; of the {@code m}
 * others {@code round(holdout * m)} validate, at most {@code m - 1}.
 */
final class HoldoutSplit {
    static final String PART = "part";
    static final String HELD_OUT = "held out";
    static final String VALIDATION = "validation";
    static final String TRAINING = "training";

    private static final String HASH = "hash";
    private static final String HELD_LIMIT = "held_limit";
    private static final String VALIDATION_LIMIT = "validation_limit";

    private HoldoutSplit() {}

    /**
     * Adds the column {@link #PART}. Vectors stay where they are: only hashes are exchanged, 12 bytes per image.
     *
     * @param rows with {@link LabelledVectors#PATH} and {@link LabelledVectors#CLASS}; classes have two images or more
     */
    static Dataset<Row> of(Dataset<Row> rows, double holdout, long seed) {
        Column hash = xxhash64(lit(seed), col(LabelledVectors.PATH));
        Dataset<Row> limits = limits(rows.select(col(LabelledVectors.CLASS), hash.as(HASH)), holdout);
        Column part = when(hash.leq(col(HELD_LIMIT)), HELD_OUT)
                .when(hash.leq(col(VALIDATION_LIMIT)), VALIDATION)
                .otherwise(TRAINING);
        return rows.join(broadcast(limits), LabelledVectors.CLASS)
                .withColumn(PART, part)
                .drop(HELD_LIMIT, VALIDATION_LIMIT);
    }

    /** The largest hash of each class's held-out images, and of those that validate. */
    private static Dataset<Row> limits(Dataset<Row> hashes, double holdout) {
        WindowSpec ofClass = Window.partitionBy(LabelledVectors.CLASS);
        Column images = count(lit(1)).over(ofClass);
        Column held = share(images, holdout, 1);
        Column validating = share(images.minus(held), holdout, 0);
        return hashes.withColumn("place", row_number().over(ofClass.orderBy(HASH)))
                .withColumn("held", held)
                .withColumn("validating", validating)
                .groupBy(LabelledVectors.CLASS)
                .agg(
                        max(when(col("place").leq(col("held")), col(HASH))).as(HELD_LIMIT),
                        max(when(col("place").leq(col("held").plus(col("validating"))), col(HASH)))
                                .as(VALIDATION_LIMIT));
    }

    private static Column share(Column images, double holdout, int fewest) {
        return greatest(lit(fewest), least(round(images.multiply(holdout)), images.minus(1)))
                .cast("int");
    }
}
