package io.vitrine.job.task;

import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.ModelHolder;
import io.vitrine.inference.Placement;
import io.vitrine.job.gpu.TaskGpu;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.ImageResult;
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

    public InferPartition(ModelSpec model, int batchSize, ModelDevice device, FeatureSchema schema, Counters counters) {
        this.model = model;
        this.batchSize = batchSize;
        this.device = device;
        this.schema = schema;
        this.counters = counters;
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
    Iterator<Row> infer(Supplier<Iterator<DecodedImage>> images, Configuration hadoop) {
        TaskContext context = TaskContext.get();
        Optional<String> address = device.address(context);
        address.ifPresent(gpu -> TaskGpu.share(context, gpu)
                .ifPresent(tasks -> counters.gpus().add(new RunRecord.GpuUse(executor(), gpu, tasks))));
        Placement placement = device.placement(address);
        ModelHolder.Loading loading = beginLoading(hadoop, placement);
        Iterator<DecodedImage> decoded = images.get();
        FeatureModel.Runner runner = loading.await(millis ->
                        counters.modelLoads().add(new RunRecord.ModelLoad(executor(), placement.toString(), millis)))
                .runner(batchSize);
        TaskTimings timings = new TaskTimings();
        context.addTaskCompletionListener(ended -> {
            counters.halvedTasks().add(runner.runsHalfBatches() ? 1 : 0);
            runner.close();
            counters.add(timings);
        });
        FeatureCheck finite = new FiniteFeatures(model.compute().precision());
        return new RowIterator(new ImagePipeline(decoded, runner.batch(), runner::run, finite, timings));
    }

    private static String executor() {
        return SparkEnv.get().executorId();
    }

    private final class RowIterator implements Iterator<Row> {
        private final Iterator<ImageResult> results;

        RowIterator(Iterator<ImageResult> results) {
            this.results = results;
        }

        @Override
        public boolean hasNext() {
            return results.hasNext();
        }

        @Override
        public Row next() {
            ImageResult result = results.next();
            if (result instanceof ImageResult.Failed) {
                counters.countFailed();
            } else {
                counters.countOk();
            }
            return schema.row(result);
        }
    }
}
