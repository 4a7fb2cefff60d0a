package io.vitrine.job.task;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.Precision;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.ModelHolder;
import io.vitrine.inference.Placement;
import io.vitrine.job.gpu.TaskGpu;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.ImageResult;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/** One task's prepared images to rows, lazily, on the device Spark gave it. */
public final class InferPartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final ModelSpec model;
    private final int batchSize;
    private final GpuOptions gpus;
    private final boolean onGpu;
    private final FeatureSchema schema;
    private final Counters counters;

    public InferPartition(ExtractPlan plan, Counters counters) {
        this.model = plan.spec();
        this.batchSize = plan.batchSize();
        this.gpus = plan.config().gpus();
        this.onGpu = plan.onGpu();
        this.schema = plan.schema();
        this.counters = counters;
    }

    /** Half precision overflows beyond 65,504, and what comes then is no feature. */
    private BatchFeatures finite(FeatureModel.Runner runner) {
        BatchFeatures features = runner.run();
        if (model.compute().precision() == Precision.fp16
                && !features.areFinite(runner.batch().count())) {
            throw new ConfigurationException(
                    "The model's numbers are too large for fp16, so its features are not finite."
                            + " Take --precision fp32, or bf16 on CPUs.");
        }
        return features;
    }

    /** Has the model loaded in this JVM while Spark is still planning, where its tasks will run in this JVM too. */
    public void beginHere(Configuration hadoop) {
        begin(hadoop, TaskGpu.placement(Optional.empty(), onGpu));
    }

    private ModelHolder.Loading begin(Configuration hadoop, Placement placement) {
        return ModelHolder.startLoading(model.key() + " " + placement, () -> model.load(hadoop, placement));
    }

    /** @param images asked for while the model loads, for the first in a JVM loads OpenCV */
    Iterator<Row> infer(Supplier<Iterator<DecodedImage>> images, Configuration hadoop) {
        TaskContext context = TaskContext.get();
        Optional<String> address = TaskGpu.address(context, gpus.resource());
        address.ifPresent(given -> TaskGpu.enter(context, given, counters));
        Placement placement = TaskGpu.placement(address, onGpu);
        ModelHolder.Loading loading = begin(hadoop, placement);
        Iterator<DecodedImage> prepared = images.get();
        FeatureModel.Runner runner = loading.await(
                        millis -> counters.loads().add(SparkEnv.get().executorId() + " " + placement + " " + millis))
                .runner(batchSize);
        TaskTimings timings = new TaskTimings();
        context.addTaskCompletionListener(ended -> {
            counters.halved().add(runner.runsHalfBatches() ? 1 : 0);
            runner.close();
            counters.add(timings);
        });
        ImagePipeline pipeline = new ImagePipeline(prepared, runner.batch(), () -> finite(runner), timings);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return pipeline.hasNext();
            }

            @Override
            public Row next() {
                ImageResult outcome = pipeline.next();
                counters.count(outcome.rejected() == null);
                return schema.row(outcome);
            }
        };
    }
}
