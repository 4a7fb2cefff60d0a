package io.vitrine.job.plan;

import io.vitrine.RunInterruptedException;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.request.GpuOptions;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks can run at once, which decides how many there should be. */
final class ClusterSlots {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long STEADY_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 100;

    private ClusterSlots() {}

    /**
     * The slots there are, or will be once the executors that were asked for have come.
     *
     * @param taskCores cores a task takes
     * @param gpus which bound the tasks of an executor that holds some
     */
    static int count(JavaSparkContext context, int taskCores, GpuOptions gpus) {
        SparkConf conf = context.getConf();
        if (!GpuProfile.isLocal(context.master()) && executorsComeFirst(conf)) {
            awaitExecutors(context);
        }
        return count(conf, registered(context), context.defaultParallelism(), taskCores, gpus);
    }

    /**
     * @param registered executors there are by now
     * @param cores theirs
     */
    static int count(SparkConf conf, int registered, int cores, int taskCores, GpuOptions gpus) {
        int coming = Math.max(
                conf.getInt("spark.executor.instances", 0), conf.getInt("spark.dynamicAllocation.maxExecutors", 0));
        if (gpus.perExecutor() > 0 && !GpuProfile.isLocal(conf.get("spark.master"))) {
            return Math.multiplyExact(Math.max(1, Math.max(coming, registered)), gpus.tasks());
        }
        int all = Math.max(cores, Math.multiplyExact(coming, conf.getInt("spark.executor.cores", 1)));
        return Math.max(1, all / taskCores);
    }

    /** Whether executors come before there are tasks: with dynamic allocation only those it begins with or always keeps. */
    static boolean executorsComeFirst(SparkConf conf) {
        return !GpuProfile.isDynamic(conf)
                || conf.getInt("spark.dynamicAllocation.minExecutors", 0) > 0
                || conf.getInt("spark.dynamicAllocation.initialExecutors", 0) > 0
                || conf.getInt("spark.executor.instances", 0) > 0;
    }

    private static int registered(JavaSparkContext context) {
        return context.sc().statusTracker().getExecutorInfos().length - 1; // less the driver
    }

    /** A cluster's executors register one by one: waits until one has and no more have for a second, ten at most. */
    private static void awaitExecutors(JavaSparkContext context) {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        long changed = System.currentTimeMillis();
        int last = 0;
        while (System.currentTimeMillis() < end) {
            int registered = registered(context);
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
                throw new RunInterruptedException("Interrupted while waiting for executors", e);
            }
        }
    }
}
