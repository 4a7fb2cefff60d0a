package io.vitrine.spark;

import io.vitrine.ConfigurationException;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.StructType;

/**
 * What a session in the driver's own process does beyond Spark's public API. Sessions of Spark Connect are refused: they have no
 * rows and no plans.
 */
public final class ClassicSession {
    private ClassicSession() {}

    /** A frame of {@code rows}, not copied. */
    public static Dataset<Row> frame(SparkSession spark, RDD<InternalRow> rows, StructType schema) {
        return classic(spark).internalCreateDataFrame(rows, schema, false);
    }

    /** A frame with this plan. */
    public static Dataset<Row> frame(SparkSession spark, LogicalPlan plan) {
        return org.apache.spark.sql.classic.Dataset.ofRows(classic(spark), plan);
    }

    /** The analyzed plan of a frame. */
    public static LogicalPlan plan(Dataset<?> frame) {
        return classic(frame).logicalPlan();
    }

    /**
     * A column of a frame's plan.
     *
     * @param name as {@code Dataset.col} takes it
     */
    public static Expression column(Dataset<?> frame, String name) {
        return (Expression) classic(frame).resolve(name);
    }

    /** A session with settings of its own, which begin as those of {@code spark}. */
    public static SparkSession copy(SparkSession spark) {
        return classic(spark).cloneSession();
    }

    private static org.apache.spark.sql.classic.SparkSession classic(SparkSession spark) {
        if (spark instanceof org.apache.spark.sql.classic.SparkSession classic) {
            return classic;
        }
        throw new ConfigurationException(
                "Vitrine runs on classic sessions of Spark, and this is one of Spark Connect. Set spark.api.mode=classic,"
                        + " or start the program with spark-submit.");
    }

    private static org.apache.spark.sql.classic.Dataset<?> classic(Dataset<?> frame) {
        classic(frame.sparkSession());
        return (org.apache.spark.sql.classic.Dataset<?>) frame;
    }
}
