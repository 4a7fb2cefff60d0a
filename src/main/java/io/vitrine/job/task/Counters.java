package io.vitrine.job.task;

import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks count while they run, for the progress line and the report's timings. Retried tasks count twice, so the
 * report's numbers of images come from the committed data instead.
 *
 * @param loads one entry a model load: executor, device, milliseconds
 * @param halved tasks that ran half batches for want of memory
 * @param gpus entries of executor, address, and how many tasks shared it at once; the largest counts
 */
public record Counters(
        LongAccumulator images,
        LongAccumulator failed,
        LongAccumulator fetchNanos,
        LongAccumulator prepareNanos,
        LongAccumulator inferNanos,
        CollectionAccumulator<String> loads,
        CollectionAccumulator<String> gpus,
        LongAccumulator halved)
        implements Serializable {

    public static final String IMAGES = "vitrine.images";
    public static final String FAILED = "vitrine.failed";

    public static Counters create(JavaSparkContext spark) {
        CollectionAccumulator<String> loads = spark.sc().collectionAccumulator("vitrine.model-loads");
        return new Counters(
                spark.sc().longAccumulator(IMAGES),
                spark.sc().longAccumulator(FAILED),
                spark.sc().longAccumulator("vitrine.fetch-wait-ns"),
                spark.sc().longAccumulator("vitrine.prepare-ns"),
                spark.sc().longAccumulator("vitrine.inference-ns"),
                loads,
                spark.sc().collectionAccumulator("vitrine.gpus"),
                spark.sc().longAccumulator("vitrine.halved"));
    }

    void count(boolean ok) {
        images.add(1);
        if (!ok) {
            failed.add(1);
        }
    }

    void add(TaskTimings timings) {
        fetchNanos.add(timings.fetch);
        prepareNanos.add(timings.prepare);
        inferNanos.add(timings.infer);
    }
}
