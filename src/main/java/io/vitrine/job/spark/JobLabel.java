package io.vitrine.job.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Says in Spark's pages and its REST API what the jobs that this thread starts are for, until it is closed. */
public final class JobLabel implements AutoCloseable {
    private static final String DESCRIPTION = "spark.job.description";
    private static final String GROUP = "spark.jobGroup.id";

    private final SparkContext context;
    private final String key;
    private final String previous;

    private JobLabel(SparkContext context, String key, String value) {
        this.context = context;
        this.key = key;
        this.previous = context.getLocalProperty(key);
        context.setLocalProperty(key, value);
    }

    /** Describes jobs. */
    public static JobLabel describe(SparkSession spark, String description) {
        return new JobLabel(spark.sparkContext(), DESCRIPTION, description);
    }

    /** Puts jobs into the group of a run, unless the caller has put them into one. */
    public static JobLabel group(SparkSession spark, String run) {
        String callers = spark.sparkContext().getLocalProperty(GROUP);
        return new JobLabel(spark.sparkContext(), GROUP, callers == null ? run : callers);
    }

    @Override
    public void close() {
        context.setLocalProperty(key, previous);
    }
}
