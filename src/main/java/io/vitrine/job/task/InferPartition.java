package io.vitrine.job.task;

import io.vitrine.image.preprocess.Thumbnail;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.ModelHolder;
import io.vitrine.inference.Placement;
import io.vitrine.job.gpu.TaskGpu;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.ImageResult;
import io.vitrine.job.rows.LabelColumn;
import io.vitrine.report.ImageStatistics;
import io.vitrine.report.LabelTally;
import io.vitrine.report.RunRecord;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/** Maps a task's decoded images to rows, lazily, on the device that Spark assigned. The constructor lists all that is sent. */
public final class InferPartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final ModelSpec model;
    private final int batchSize;
    private final ModelDevice device;
    private final FeatureSchema schema;
    private final Counters counters;
    private final Thumbnail thumbnail; // null if the report shows no pictures: Optional is not serializable
    private final LabelColumn labels; // null if nothing is compared

    /** @param labels compared with the model's answers */
    public InferPartition(
            ModelSpec model,
            int batchSize,
            ModelDevice device,
            FeatureSchema schema,
            Counters counters,
            Optional<Thumbnail> thumbnail,
            Optional<LabelColumn> labels) {
        this.model = model;
        this.batchSize = batchSize;
        this.device = device;
        this.schema = schema;
        this.counters = counters;
        this.thumbnail = thumbnail.orElse(null);
        this.labels = labels.orElse(null);
    }

    /** Starts loading the model in this JVM while Spark is still planning. For local mode, whose tasks run here. */
    public void preload(Configuration hadoop) {
        beginLoading(hadoop, device.placement(Optional.empty()));
    }

    private ModelHolder.Loading beginLoading(Configuration hadoop, Placement placement) {
        return ModelHolder.startLoading(model.key() + " " + placement, () -> model.load(hadoop, placement));
    }

    /**
     * Infers a task's images.
     *
     * @param images requested while the model loads, because the first request in a JVM loads OpenCV
     */
    Iterator<Row> infer(Supplier<BatchSource.Opener> images, Configuration hadoop) {
        TaskContext context = TaskContext.get();
        Optional<String> address = device.address(context);
        address.ifPresent(gpu -> TaskGpu.share(context, gpu)
                .ifPresent(tasks -> counters.gpus().add(new RunRecord.GpuUse(executor(), gpu, tasks))));
        Placement placement = device.placement(address);
        ModelHolder.Loading loading = beginLoading(hadoop, placement);
        BatchSource.Opener opener = images.get();
        FeatureModel.Runner runner = loading.await(millis ->
                        counters.countModelLoad(new RunRecord.ModelLoad(executor(), placement.toString(), millis)))
                .runner(batchSize);
        TaskTimings timings = new TaskTimings();
        ImageStatistics statistics = new ImageStatistics();
        LabelTally tally = new LabelTally();
        counters.beginUsage();
        context.addTaskCompletionListener(
                ended -> { // runs last: Spark goes backwards
                    counters.halvedTasks().add(runner.runsHalfBatches() ? 1 : 0);
                    runner.close();
                    counters.add(timings);
                    statistics.countBatches(timings.batches(), timings.batchedImages());
                    counters.statistics().add(statistics);
                    if (labels != null) {
                        counters.labels().add(new LabelAccumulator.OfPartition(context.partitionId(), tally));
                    }
                    counters.endUsage();
                });
        BatchSource batches = opener.open(runner);
        FeatureCheck finite = new FiniteFeatures(model.compute().precision());
        ImagePipeline results = new ImagePipeline(batches, runner::run, finite, timings);
        ImageSampler sampler = new ImageSampler(statistics.gallery(), Optional.ofNullable(thumbnail));
        RowIterator rows = new RowIterator(results, sampler, tally, timings);
        context.addTaskCompletionListener(ended -> {
            rows.taskEnded();
            batches.close();
        });
        return rows;
    }

    private static String executor() {
        return SparkEnv.get().executorId();
    }

    private final class RowIterator implements Iterator<Row> {
        private final ImagePipeline results;
        private final ImageSampler sampler;
        private final LabelTally tally;
        private final TaskTimings timings;
        private long returned; // when the writer got its last answer; 0 before the first

        RowIterator(ImagePipeline results, ImageSampler sampler, LabelTally tally, TaskTimings timings) {
            this.results = results;
            this.sampler = sampler;
            this.tally = tally;
            this.timings = timings;
        }

        @Override
        public boolean hasNext() {
            countWriting();
            boolean more = results.hasNext();
            returned = System.nanoTime();
            return more;
        }

        /** The writer encodes a row before it asks for the next, and stores the file before the task ends. */
        private void countWriting() {
            if (returned != 0) {
                timings.add(Activity.WRITE, System.nanoTime() - returned);
            }
        }

        void taskEnded() {
            countWriting();
        }

        private void compare(ImageResult result) {
            if (labels != null && result instanceof ImageResult.Extracted extracted) {
                labels.count(extracted, tally);
            }
        }

        @Override
        public Row next() {
            countWriting();
            ImageResult result = results.next();
            sampler.look(result, results.pixels());
            if (result instanceof ImageResult.Failed failed) {
                counters.countFailed(failed.rejection().reason());
            } else {
                counters.countOk();
                compare(result);
            }
            Row row = schema.row(result);
            returned = System.nanoTime();
            return row;
        }
    }
}
