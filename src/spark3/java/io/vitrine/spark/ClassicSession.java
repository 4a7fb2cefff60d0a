package io.vitrine.spark;

import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.StructType;

/** What a session in the driver's own process does beyond Spark's public API. In Spark 3.5 these are all sessions. */
public final class ClassicSession {
    private ClassicSession() {}

    /** A frame of {@code rows}, not copied. */
    public static Dataset<Row> frame(SparkSession spark, RDD<InternalRow> rows, StructType schema) {
        return spark.internalCreateDataFrame(rows, schema, false);
    }

    /** A frame with this plan. */
    public static Dataset<Row> frame(SparkSession spark, LogicalPlan plan) {
        return Dataset.ofRows(spark, plan);
    }

    /** The analyzed plan of a frame. */
    public static LogicalPlan plan(Dataset<?> frame) {
        return frame.logicalPlan();
    }

    /**
     * A column of a frame's plan.
     *
     * @param name as {@code Dataset.col} takes it
     */
    public static Expression column(Dataset<?> frame, String name) {
        return (Expression) frame.resolve(name);
    }

    /** A session with settings of its own, which begin as those of {@code spark}. */
    public static SparkSession copy(SparkSession spark) {
        return spark.cloneSession();
    }
}
