package io.vitrine.job.task;

import io.vitrine.report.RunRecord;
import java.io.Serializable;
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
 * @param halvedTasks tasks that ran half batches because memory was short
 */
public record Counters(
        LongAccumulator images,
        LongAccumulator failed,
        LongAccumulator fetchNanos,
        LongAccumulator decodeNanos,
        LongAccumulator inferNanos,
        CollectionAccumulator<RunRecord.ModelLoad> modelLoads,
        CollectionAccumulator<RunRecord.GpuUse> gpus,
        LongAccumulator halvedTasks)
        implements Serializable {

    /** The accumulator of images with a result. */
    public static final String IMAGES = "vitrine.images";

    /** The accumulator of images without features. */
    public static final String FAILED = "vitrine.failed";

    /** New accumulators, all zero. */
    public static Counters create(JavaSparkContext spark) {
        return new Counters(
                spark.sc().longAccumulator(IMAGES),
                spark.sc().longAccumulator(FAILED),
                spark.sc().longAccumulator("vitrine.fetch-wait-ns"),
                spark.sc().longAccumulator("vitrine.decode-ns"),
                spark.sc().longAccumulator("vitrine.inference-ns"),
                spark.sc().collectionAccumulator("vitrine.model-loads"),
                spark.sc().collectionAccumulator("vitrine.gpus"),
                spark.sc().longAccumulator("vitrine.halved-tasks"));
    }

    void countOk() {
        images.add(1);
    }

    void countFailed() {
        images.add(1);
        failed.add(1);
    }

    void add(TaskTimings timings) {
        fetchNanos.add(timings.fetchNanos);
        decodeNanos.add(timings.decodeNanos);
        inferNanos.add(timings.inferNanos);
    }
}
