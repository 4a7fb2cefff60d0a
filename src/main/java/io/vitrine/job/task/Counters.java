package io.vitrine.job.task;

import io.vitrine.RejectionReason;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.metrics.ExecutorMetrics;
import io.vitrine.job.metrics.ProcessUsage;
import io.vitrine.report.RunRecord;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks count while they run, for progress and for the run record's timings. A retried task counts twice, so the
 * record's numbers of images come from the committed rows.
 *
 * @param images images with a result, failed ones included
 * @param failed images without features
 * @param modelLoads one entry per load of the model
 * @param gpus one entry for each new maximum of tasks that share a GPU; the largest counts
 * @param nanos the tasks' wall time by activity
 * @param halvedTasks tasks that ran half batches because memory was short
 * @param cpuNanos of all threads of the executors' processes, while tasks ran
 * @param storageRetries requests that S3A repeated
 * @param decoding where images were decoded
 * @param statistics of the images
 * @param labels how the model's answers agree with labels
 */
public record Counters(
        LongAccumulator images,
        LongAccumulator failed,
        Map<Activity, LongAccumulator> nanos,
        CollectionAccumulator<RunRecord.ModelLoad> modelLoads,
        CollectionAccumulator<RunRecord.GpuUse> gpus,
        LongAccumulator halvedTasks,
        LongAccumulator cpuNanos,
        LongAccumulator storageRetries,
        DecodingCounters decoding,
        StatisticsAccumulator statistics,
        LabelAccumulator labels)
        implements Serializable {

    private static final double NANOS_PER_SECOND = 1e9;

    /** The accumulator of images with a result. */
    public static final String IMAGES = "vitrine.images";

    /** The accumulator of images without features. */
    public static final String FAILED = "vitrine.failed";

    /** New accumulators, all zero. */
    public static Counters create(JavaSparkContext spark) {
        return new Counters(
                spark.sc().longAccumulator(IMAGES),
                spark.sc().longAccumulator(FAILED),
                nanos(spark),
                spark.sc().collectionAccumulator("vitrine.model-loads"),
                spark.sc().collectionAccumulator("vitrine.gpus"),
                spark.sc().longAccumulator("vitrine.halved-tasks"),
                spark.sc().longAccumulator("vitrine.cpu-ns"),
                spark.sc().longAccumulator("vitrine.storage-retries"),
                DecodingCounters.create(spark),
                StatisticsAccumulator.register(spark),
                LabelAccumulator.register(spark));
    }

    private static Map<Activity, LongAccumulator> nanos(JavaSparkContext spark) {
        Map<Activity, LongAccumulator> nanos = new EnumMap<>(Activity.class);
        for (Activity activity : Activity.values()) {
            nanos.put(activity, spark.sc().longAccumulator("vitrine." + activity.key() + "-ns"));
        }
        return nanos;
    }

    void countOk() {
        images.add(1);
        ExecutorMetrics.countOk();
    }

    void countFailed(RejectionReason reason) {
        images.add(1);
        failed.add(1);
        ExecutorMetrics.countFailed(reason);
    }

    void countModelLoad(RunRecord.ModelLoad load) {
        modelLoads.add(load);
        ExecutorMetrics.countModelLoad();
    }

    void add(TaskTimings timings) {
        nanos.forEach((activity, sum) -> sum.add(timings.nanos(activity)));
    }

    /** An activity's time in seconds, summed over tasks. */
    public double seconds(Activity activity) {
        return nanos.get(activity).value() / NANOS_PER_SECOND;
    }

    /** Begins to measure what the process uses for a task. */
    void beginUsage() {
        ProcessUsage.begin();
    }

    /** Counts a task's share of what the process used. */
    void endUsage() {
        ProcessUsage.Share share = ProcessUsage.end();
        cpuNanos.add(share.cpuNanos());
        storageRetries.add(share.storageRetries());
    }
}
