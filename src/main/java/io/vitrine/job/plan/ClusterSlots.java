package io.vitrine.job.plan;

import io.vitrine.RunInterruptedException;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.spark.ClusterMode;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The number of tasks that run at the same time, which decides how many tasks a run has. */
final class ClusterSlots {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final long SETTLED_MILLIS = 1_000;
    private static final long POLL_MILLIS = 100;

    private ClusterSlots() {}

    /**
     * The slots of a running session, those of requested executors included. Waits for executors that start before tasks.
     *
     * @param taskCores cores per task
     * @param gpus the run's GPUs, which limit the tasks of an executor
     */
    static int count(JavaSparkContext context, int taskCores, GpuOptions gpus) {
        SparkConf conf = context.getConf();
        if (!ClusterMode.isLocal(context.master()) && executorsComeFirst(conf)) {
            awaitExecutors(context);
        }
        return count(conf, registered(context), context.defaultParallelism(), taskCores, gpus);
    }

    /**
     * The slots of a session.
     *
     * @param registered executors that have registered
     * @param cores of these executors
     */
    static int count(SparkConf conf, int registered, int cores, int taskCores, GpuOptions gpus) {
        int requested = Math.max(
                conf.getInt("spark.executor.instances", 0), conf.getInt("spark.dynamicAllocation.maxExecutors", 0));
        if (gpus.perExecutor() > 0 && !ClusterMode.isLocal(conf)) {
            return Math.multiplyExact(Math.max(1, Math.max(requested, registered)), gpus.tasksPerExecutor());
        }
        int all = Math.max(cores, Math.multiplyExact(requested, conf.getInt("spark.executor.cores", 1)));
        return Math.max(1, all / taskCores);
    }

    /** Whether executors start before there are tasks. With dynamic allocation, only initial and minimum executors do. */
    static boolean executorsComeFirst(SparkConf conf) {
        return !ClusterMode.isDynamic(conf)
                || conf.getInt("spark.dynamicAllocation.minExecutors", 0) > 0
                || conf.getInt("spark.dynamicAllocation.initialExecutors", 0) > 0
                || conf.getInt("spark.executor.instances", 0) > 0;
    }

    private static int registered(JavaSparkContext context) {
        return context.sc().statusTracker().getExecutorInfos().length - 1; // the driver is one of them
    }

    /** Executors register one by one: waits until there are some and their number has settled, or the timeout. */
    private static void awaitExecutors(JavaSparkContext context) {
        long end = System.currentTimeMillis() + TIMEOUT_MILLIS;
        long changed = System.currentTimeMillis();
        int last = 0;
        while (System.currentTimeMillis() < end) {
            int registered = registered(context);
            if (registered != last) {
                last = registered;
                changed = System.currentTimeMillis();
            }
            if (registered > 0 && System.currentTimeMillis() - changed >= SETTLED_MILLIS) {
                return;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RunInterruptedException("Interrupted while waiting for executors", e);
            }
        }
    }
}
