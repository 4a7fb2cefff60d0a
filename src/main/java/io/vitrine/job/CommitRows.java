package io.vitrine.job;

import io.vitrine.graph.Precision;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.preprocess.Thumbnail;
import io.vitrine.job.plan.Broadcasts;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.ImageCatalog;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.ReportPictures;
import io.vitrine.job.spark.ClusterMode;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.task.Counters;
import io.vitrine.job.task.DecodePartition;
import io.vitrine.job.task.ExtractStages;
import io.vitrine.job.task.InferPartition;
import io.vitrine.job.task.QuantizationError;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Makes the rows of images, as a plan says: the tasks that decode them and run the model. */
final class CommitRows {
    private final SparkSession spark;
    private final JavaSparkContext context;
    private final ExtractPlan plan;

    CommitRows(SparkSession spark, ExtractPlan plan) {
        this.spark = spark;
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.plan = plan;
    }

    /**
     * The rows of {@code count} images.
     *
     * @param counters count what the tasks do
     * @param broadcasts open until the rows are written
     */
    JavaRDD<Row> of(ImageCatalog images, long count, Counters counters, Broadcasts broadcasts) {
        DecodePartition decode = decode(counters, plan.execution().isolation(), broadcasts);
        InferPartition infer = new InferPartition(
                plan.model().spec(),
                plan.execution().batchSize(),
                plan.execution().device(),
                plan.schema(),
                counters,
                thumbnail(),
                plan.labels());
        GpuOptions.Stages stages = plan.request().gpus().stages();
        Optional<ResourceProfile> modelProfile = plan.execution().profile();
        boolean fused = stages == GpuOptions.Stages.FUSED;
        if (ClusterMode.isLocal(context.master()) && fused) {
            infer.preload(decode.hadoop());
        }
        return ExtractStages.rows(
                images.partitions(broadcasts, plan.taskSizes(count), fused ? modelProfile : Optional.empty()),
                decode,
                infer,
                stages,
                modelProfile);
    }

    private Optional<Thumbnail> thumbnail() {
        return plan.request().report() == ReportPictures.THUMBNAILS
                ? Optional.of(Thumbnail.of(
                        plan.model().plan().preprocessing(), plan.model().spec().input()))
                : Optional.empty();
    }

    private DecodePartition decode(Counters counters, DecodeIsolation isolation, Broadcasts broadcasts) {
        Broadcast<SerializableConfiguration> configuration = broadcasts.send(
                new SerializableConfiguration(spark.sessionState().newHadoopConf()));
        return new DecodePartition(
                plan.model().recipe(),
                plan.request().tasks(),
                isolation,
                plan.execution().decoding(),
                plan.request().web(),
                counters,
                configuration);
    }

    /** Each output's error against fp32 for the first of {@code images}, as text; empty where the numbers are exact. */
    Map<String, String> approximation(ImageCatalog images) {
        if (plan.model().spec().compute().precision() != Precision.int8) {
            return Map.of();
        }
        DecodeIsolation asked = plan.request().tasks().isolation();
        // No note of the run exists yet that would tell the next one that an image ended this one.
        DecodeIsolation isolation = asked == DecodeIsolation.AUTO ? DecodeIsolation.PROCESS : asked;
        try (JobLabel label = JobLabel.describe(spark, "compare int8 with fp32 on the first images");
                Broadcasts broadcasts = new Broadcasts(context)) {
            return new QuantizationError(
                            decode(Counters.create(context), isolation, broadcasts),
                            plan.model().spec())
                    .measure(context, images.first(plan.execution().batchSize()));
        }
    }
}
