package io.vitrine.job;

import io.vitrine.VitrineException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks can run at once, which decides how many there should be. */
final class Slots {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long STEADY_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 100;

    private Slots() {}

    /**
     * The slots there are, or will be once the executors that were asked for have come.
     *
     * @param taskCores cores a task takes
     */
    static int count(JavaSparkContext context, int taskCores) {
        SparkConf conf = context.getConf();
        if (!context.master().startsWith("local")) {
            awaitExecutors(context);
        }
        int executors = Math.max(
                conf.getInt("spark.executor.instances", 0), conf.getInt("spark.dynamicAllocation.maxExecutors", 0));
        int coming = Math.multiplyExact(executors, conf.getInt("spark.executor.cores", 1));
        return Math.max(1, Math.max(context.defaultParallelism(), coming) / taskCores);
    }

    /** A cluster's executors register one by one: waits until one has and no more have for a second, ten at most. */
    private static void awaitExecutors(JavaSparkContext context) {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        long changed = System.currentTimeMillis();
        int last = 0;
        while (System.currentTimeMillis() < end) {
            int registered = context.sc().statusTracker().getExecutorInfos().length - 1; // less the driver
            if (registered != last) {
                last = registered;
                changed = System.currentTimeMillis();
            }
            if (registered > 0 && System.currentTimeMillis() - changed >= STEADY_MILLIS) {
                return;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new VitrineException("Interrupted while waiting for executors", e);
            }
        }
    }
}
