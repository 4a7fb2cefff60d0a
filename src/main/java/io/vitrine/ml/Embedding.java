package io.vitrine.ml;

import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.CpuFeatures;
import io.vitrine.inference.DeviceType;
import io.vitrine.job.plan.FeaturePlan;
import io.vitrine.job.plan.GpuChoice;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.job.task.Counters;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.DecodePartition;
import io.vitrine.job.task.ExtractStages;
import io.vitrine.job.task.InferPartition;
import io.vitrine.job.task.ModelDevice;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.web.WebSettings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;

/** Features that a session's tasks compute: a request, resolved against the checkpoint and the session. For the driver. */
final class Embedding {
    /** The one column that {@link FeatureSchema} carries holds a row in Spark's internal form, which no schema describes. */
    private static final List<StructField> CARRIED =
            List.of(new StructField("row", DataTypes.NullType, true, Metadata.empty()));

    /** Places of values in the rows of {@link #rows}. */
    static final int STATUS = FeatureSchema.IMAGE.fieldIndex(FeatureSchema.STATUS);

    static final int ERROR = FeatureSchema.IMAGE.fieldIndex(FeatureSchema.ERROR);
    static final int ROW = FeatureSchema.IMAGE.size();
    static final int FIRST_FEATURE = ROW + 1;

    private final EmbedRequest request;
    private final FeatureSchema schema;
    private final ModelSpec spec;
    private final DecodeRecipe recipe;
    private final ModelDevice device;
    private final int batchSize;

    private Embedding(
            EmbedRequest request,
            FeatureSchema schema,
            ModelSpec spec,
            DecodeRecipe recipe,
            ModelDevice device,
            int batchSize) {
        this.request = request;
        this.schema = schema;
        this.spec = spec;
        this.recipe = recipe;
        this.device = device;
        this.batchSize = batchSize;
    }

    /** The feature columns of {@code plan}, as rows have them. */
    static List<StructField> features(FeaturePlan plan) {
        return plan.schema(CARRIED).features();
    }

    /**
     * Resolves {@code request}.
     *
     * @param plan made of the request's model and features
     * @throws io.vitrine.ConfigurationException if this session can't compute them
     */
    static Embedding of(SparkSession spark, EmbedRequest request, FeaturePlan plan) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        GpuOptions gpus = GpuOptions.builder()
                .perExecutor(context.getConf()
                        .getInt("spark.executor.resource." + GpuOptions.DEFAULT_RESOURCE + ".amount", 0))
                .device(request.device())
                .build();
        Optional<String> whyNoGpu = GpuChoice.look(context, gpus, Optional.empty(), Optional.empty())
                .whyNoGpu();
        DeviceType type = whyNoGpu.isEmpty() ? DeviceType.GPU : DeviceType.CPU;
        ComputePlan compute = ComputePlan.choose(
                request.model().engine(), request.model().precision(), type, CpuFeatures.ofThisMachine());
        int batchSize = request.tasks().batchSize().orElseGet(() -> plan.footprint(compute)
                .batchSize(type));
        plan.requireBatchFits(batchSize);
        return new Embedding(
                request,
                plan.schema(CARRIED),
                plan.spec(compute, context.getConf().getInt("spark.task.cpus", 1)),
                new DecodeRecipe(
                        plan.model().preprocessing(),
                        request.images().limits(),
                        request.images().decoding()),
                GpuChoice.device(gpus, whyNoGpu),
                batchSize);
    }

    /** The feature columns, as {@link #rows} has them. */
    List<StructField> features() {
        return schema.features();
    }

    EmbedRequest request() {
        return request;
    }

    /**
     * One row per item, in order: the job's columns, with the item's carried value at {@link #ROW}.
     *
     * @param items each carries one value
     */
    JavaRDD<Row> rows(SparkSession spark, JavaRDD<WorkItem> items) {
        Counters counters = counters(spark);
        return ExtractStages.rows(
                items, decode(spark, counters), infer(batchSize, counters), GpuOptions.Stages.FUSED, Optional.empty());
    }

    /** For tasks that have one image at a time. */
    SingleImages single(SparkSession spark) {
        Counters counters = counters(spark);
        return new SingleImages(request.toString(), decode(spark, counters), infer(1, counters));
    }

    private static Counters counters(SparkSession spark) {
        return Counters.create(JavaSparkContext.fromSparkContext(spark.sparkContext()));
    }

    private DecodePartition decode(SparkSession spark, Counters counters) {
        return new DecodePartition(
                recipe,
                request.tasks(),
                request.tasks().isolation(),
                new DecodeDevice.Cpu("decoding on GPUs is for jobs/extract"),
                WebSettings.DEFAULT,
                counters,
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .broadcast(new SerializableConfiguration(
                                spark.sessionState().newHadoopConf())));
    }

    private InferPartition infer(int images, Counters counters) {
        return new InferPartition(spec, images, device, schema, counters, Optional.empty(), Optional.empty());
    }

    /** For plans that people read: without paths of caches and without tokens. */
    @Override
    public String toString() {
        return spec.location() + ", " + spec.compute().describe() + ", " + device + ", batches of " + batchSize;
    }
}
