package io.vitrine.job.plan;

import io.vitrine.VitrineException;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.CpuFeatures;
import io.vitrine.inference.DeviceType;
import io.vitrine.inference.MemoryFootprint;
import io.vitrine.job.gpu.GpuProbe;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.plan.ExtractPlan.PlannedExecution;
import io.vitrine.job.plan.ExtractPlan.PlannedModel;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.LabelColumn;
import io.vitrine.job.spark.ClusterMode;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunPhase;
import io.vitrine.table.FeatureTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.SparkSession;

/** Plans a run. It reads the checkpoint, the input and the output, and writes nothing but this host's copy of the checkpoint. */
public final class ExtractPlanner {
    private final SparkSession spark;
    private final JavaSparkContext context;
    private final SparkConf conf;
    private final Configuration hadoop;
    private final ExtractRequest request;
    private final RunListener listener;

    public ExtractPlanner(SparkSession spark, ExtractRequest request, RunListener listener) {
        this.spark = spark;
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.conf = context.getConf();
        this.hadoop = spark.sessionState().newHadoopConf();
        this.request = request;
        this.listener = listener;
    }

    /**
     * Makes the plan.
     *
     * @throws VitrineException for every fault of configuration, model, storage or output that shows before any work
     */
    public ExtractPlan plan() {
        listener.phase(RunPhase.PLANNING);
        OutputFolder output = output();
        ReadArchives archives = new ReadArchives(spark, output);
        boolean planned = false;
        try {
            ExtractPlan plan = plan(output, archives);
            planned = true;
            return plan;
        } finally { // Spark throws checked exceptions that Scala does not declare
            if (!planned) {
                archives.close();
            }
        }
    }

    private ExtractPlan plan(OutputFolder output, ReadArchives archives) {
        FeaturePlan features = FeaturePlan.of(request.model(), request.features(), request.labelColumn(), hadoop);
        ModelPlan model = features.model();

        int taskCores = conf.getInt("spark.task.cpus", 1);
        int slots = ClusterSlots.count(context, taskCores, request.gpus());
        listener.phase(RunPhase.LISTING);
        ImageCatalog images = new InputReader(
                        spark, slots, request.images().limits().maxBytes(), archives)
                .read(request.input(), outputColumns(features.columns()));
        FeatureSchema schema = features.schema(images.carried());
        Optional<LabelColumn> labels = request.labelColumn().map(name -> features.labels(name, images.carried()));

        Optional<ResourceProfile> profile = GpuProfile.of(conf, request.gpus());
        DecodeRecipe recipe = new DecodeRecipe(
                model.preprocessing(),
                request.images().limits(),
                request.images().decoding());
        DecodePlanner decoding = new DecodePlanner(request, features.fingerprint() + " " + model.imageSize(), recipe);
        GpuProbe.Answer gpu = GpuChoice.look(context, request.gpus(), profile, decoding.wanted());
        Optional<String> whyNoGpu = gpu.whyNoGpu();
        DecodeDevice decodeDevice = decoding.choose(gpu);
        DeviceType deviceType = whyNoGpu.isEmpty() ? DeviceType.GPU : DeviceType.CPU;
        ComputePlan compute = ComputePlan.choose(
                request.model().engine(), request.model().precision(), deviceType, CpuFeatures.ofThisMachine());
        ModelSpec spec = features.spec(compute, taskCores);
        MemoryFootprint footprint = features.footprint(compute);
        PlannedModel planned = new PlannedModel(
                model, spec, footprint, recipe, model.describe(request.images().decoding()));
        OutputIdentity identity = FeatureIdentity.of(request.output().format(), planned, schema);
        output.requireSameIdentity(identity);
        int batchSize = request.tasks().batchSize().orElseGet(() -> footprint.batchSize(deviceType));
        features.requireBatchFits(batchSize);
        DecodeIsolation isolation = isolation(output);
        return new ExtractPlan(
                request,
                planned,
                schema,
                labels,
                images,
                archives,
                output,
                identity,
                new PlannedExecution(
                        slots, batchSize, GpuChoice.device(request.gpus(), whyNoGpu), profile, decodeDevice, isolation),
                new PlanNotes(request, conf).of(model, features.columns(), compute, gpu, isolation));
    }

    /**
     * Where a task's first attempt decodes. In local mode the JVM that an image kills is the driver's, so Spark has nothing to try
     * again; the next run takes the place of the second attempt.
     */
    private DecodeIsolation isolation(OutputFolder output) {
        DecodeIsolation asked = request.tasks().isolation();
        return asked == DecodeIsolation.AUTO && ClusterMode.isLocal(conf) && output.hasUnfinishedRun()
                ? DecodeIsolation.PROCESS
                : asked;
    }

    private static List<String> outputColumns(List<String> features) {
        List<String> names = new ArrayList<>(List.of(FeatureSchema.IMAGE.fieldNames()));
        names.add(FeatureTable.RUN);
        names.addAll(features);
        return names;
    }

    private OutputFolder output() {
        OutputFolder output = new OutputFolder(spark, request.output());
        output.requireUsable(request.input().folders());
        return output;
    }
}
