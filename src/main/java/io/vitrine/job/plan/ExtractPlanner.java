package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OutputType;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.hub.HubToken;
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
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.HeadMaskParser;
import io.vitrine.job.rows.FeatureColumns;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.spark.ClusterMode;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.ModelDevice;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunPhase;
import io.vitrine.table.FeatureTable;
import java.nio.file.Path;
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
        CheckpointFetcher.Local checkpoint = CheckpointFetcher.fetch(
                request.model().location(), request.model().cache(), hadoop);
        ModelPlan model = ModelPlan.of(checkpoint.folder(), request.model().imageSize());
        List<String> columns = FeatureColumns.chosen(request.features(), model.checkpoint());
        HeadMask headMask = headMask(model);
        OnnxModel graph = graph(model, columns, headMask);

        int taskCores = conf.getInt("spark.task.cpus", 1);
        int slots = ClusterSlots.count(context, taskCores, request.gpus());
        listener.phase(RunPhase.LISTING);
        ImageCatalog images = new InputReader(
                        spark, slots, request.images().limits().maxBytes(), archives)
                .read(request.input(), outputColumns(columns));
        FeatureSchema schema = new FeatureSchema(
                images.carried(), FeatureColumns.of(columns, model.checkpoint(), graph.outputs(), request.features()));

        Optional<ResourceProfile> profile = GpuProfile.of(conf, request.gpus());
        DecodeRecipe recipe = new DecodeRecipe(
                model.preprocessing(),
                request.images().limits(),
                request.images().decoding());
        DecodePlanner decoding =
                new DecodePlanner(request, Fingerprint.of(checkpoint.folder()) + " " + model.imageSize(), recipe);
        GpuProbe.Answer gpu = lookForGpu(profile, decoding);
        Optional<String> whyNoGpu = gpu.whyNoGpu();
        DecodeDevice decodeDevice = decoding.choose(gpu);
        DeviceType deviceType = whyNoGpu.isEmpty() ? DeviceType.GPU : DeviceType.CPU;
        ComputePlan compute = ComputePlan.choose(
                request.model().engine(), request.model().precision(), deviceType, CpuFeatures.ofThisMachine());
        ModelSpec spec = spec(checkpoint, model, columns, headMask, compute, taskCores);
        MemoryFootprint footprint = new MemoryFootprint(
                model.checkpoint().config(),
                graph.signature(),
                model.checkpoint().weights().parameters(),
                compute);
        PlannedModel planned = new PlannedModel(
                model, spec, footprint, recipe, model.describe(request.images().decoding()));
        OutputIdentity identity = FeatureIdentity.of(request.output().format(), planned, schema);
        output.requireSameIdentity(identity);
        int batchSize = request.tasks().batchSize().orElseGet(() -> footprint.batchSize(deviceType));
        requireBatchFits(batchSize, graph);
        DecodeIsolation isolation = isolation(output);
        return new ExtractPlan(
                request,
                planned,
                schema,
                images,
                archives,
                output,
                identity,
                new PlannedExecution(slots, batchSize, device(whyNoGpu), profile, decodeDevice, isolation),
                new PlanNotes(request, conf).of(model, columns, compute, gpu, isolation));
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

    private HeadMask headMask(ModelPlan model) {
        return request.features()
                .headMask()
                .map(text -> HeadMaskParser.parse(text, model.checkpoint().config()))
                .orElse(HeadMask.NONE);
    }

    /** Printing the graph finds missing and misshapen weights; the weights' values are checked as well. */
    private OnnxModel graph(ModelPlan model, List<String> columns, HeadMask headMask) {
        OnnxModel graph = OnnxModel.print(model.request(FeatureColumns.outputs(columns, model.checkpoint()))
                .withHeadMask(headMask)
                .withMatrixType(matrixType()));
        WeightChecks.requireFinite(graph.weights().values());
        return graph;
    }

    private OutputType matrixType() {
        return request.features().encoding().isHalf() ? OutputType.FLOAT16 : OutputType.FLOAT32;
    }

    private OutputFolder output() {
        OutputFolder output = new OutputFolder(spark, request.output());
        output.requireUsable(request.input().folders());
        return output;
    }

    private ModelSpec spec(
            CheckpointFetcher.Local checkpoint,
            ModelPlan model,
            List<String> columns,
            HeadMask headMask,
            ComputePlan compute,
            int threads) {
        Path cache = request.model().cache();
        return new ModelSpec(
                checkpoint.location(),
                cache.toString(),
                Fingerprint.of(checkpoint.folder()),
                model.imageSize(),
                FeatureColumns.outputs(columns, model.checkpoint()),
                matrixType(),
                headMask,
                compute,
                threads,
                HubToken.forExecutors(checkpoint.location(), System.getenv()));
    }

    private ModelDevice device(Optional<String> whyNoGpu) {
        String resource = request.gpus().resource();
        return whyNoGpu.isEmpty() ? new ModelDevice.Gpu(resource) : new ModelDevice.Cpu(resource);
    }

    /** Whether the model runs on GPUs, and whether they decode. */
    private GpuProbe.Answer lookForGpu(Optional<ResourceProfile> profile, DecodePlanner decoding) {
        GpuOptions gpus = request.gpus();
        if (gpus.device() == GpuOptions.DeviceChoice.cpu
                || gpus.device() == GpuOptions.DeviceChoice.auto && gpus.perExecutor() == 0) {
            return GpuProbe.Answer.noGpu("none is requested");
        }
        GpuProbe.Answer answer = GpuProbe.look(context, gpus, profile, decoding.wanted());
        if (gpus.device() == GpuOptions.DeviceChoice.gpu && answer.whyNoGpu().isPresent()) {
            throw new ConfigurationException(
                    "--device gpu, but no GPU can be used: " + answer.whyNoGpu().get() + ".");
        }
        return answer;
    }

    /** The pixels or one output of a batch are one buffer, of at most 2 GiB. */
    private static void requireBatchFits(int batchSize, OnnxModel graph) {
        long largest = graph.signature().imageBytes();
        for (ModelSignature.Output output : graph.outputs()) {
            largest = Math.max(largest, output.bytes());
        }
        if (largest * batchSize > Integer.MAX_VALUE) {
            throw new ConfigurationException("--batch-size " + batchSize + " needs buffers of " + largest * batchSize
                    + " bytes; it can be at most " + Integer.MAX_VALUE / largest + ".");
        }
    }
}
