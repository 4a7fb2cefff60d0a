package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.TaskSizes;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.FiniteWeights;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OutputType;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.CpuFeatures;
import io.vitrine.inference.DeviceType;
import io.vitrine.inference.MemoryFootprint;
import io.vitrine.job.ExtractJob;
import io.vitrine.job.gpu.GpuProbe;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.HeadMaskParser;
import io.vitrine.job.rows.FeatureColumns;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.model.ModelPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * What a run will do, checked before it does anything: the model loads, the columns exist, the input is there, the output
 * takes such features.
 *
 * @param images all that the input holds
 * @param profile of the stage that runs the model
 * @param onGpu whether it runs on GPUs
 * @param batchSize images a call
 * @param footprint the model's memory
 * @param gpusInWords how GPUs are scheduled
 * @param notes what a person should know besides
 */
public record ExtractPlan(
        ExtractRequest config,
        ModelPlan model,
        ModelSpec spec,
        FeatureSchema schema,
        ImageCatalog images,
        OutputFolder output,
        OutputIdentity identity,
        Optional<ResourceProfile> profile,
        boolean onGpu,
        int batchSize,
        MemoryFootprint footprint,
        String gpusInWords,
        int slots,
        List<String> notes) {

    private static final long TYPICAL_PIXELS = 12_000_000;
    private static final long TYPICAL_FILE = 8L << 20; // of so many, as a JPEG
    private static final long SPARK_HEAP = 400L << 20;

    /**
     * Makes the plan.
     *
     * @throws VitrineException for every fault of configuration, model or storage that can be seen beforehand
     */
    public static ExtractPlan make(SparkSession spark, ExtractRequest config) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());

        CheckpointFetcher.Local local = CheckpointFetcher.fetch(
                config.model().location(), Path.of(config.model().cache()), hadoop);
        Path folder = local.folder();
        ModelPlan model =
                ModelPlan.of(folder, Optional.ofNullable(config.model().imageSize()));
        List<String> columns = FeatureColumns.chosen(config.features(), model.checkpoint());
        List<String> outputs = FeatureColumns.outputs(columns, model.checkpoint());
        HeadMask headMask = HeadMaskParser.read(
                config.features().headMask(), model.checkpoint().config());
        boolean halves = config.features().encoding().isHalf();
        OnnxModel graph = OnnxModel.print(model.request(outputs)
                .withHeadMask(headMask)
                .withMatrixType(
                        halves ? OutputType.FLOAT16 : OutputType.FLOAT32)); // finds missing and misshapen weights
        FiniteWeights.check(graph.weights().values());

        OutputFolder output = new OutputFolder(spark, config.output());
        output.check(config.inputs().folders());
        int cores = spark.sparkContext().getConf().getInt("spark.task.cpus", 1);
        int slots = ClusterSlots.count(context, cores, config.gpus());
        ImageCatalog images = ImageCatalog.find(spark, config, slots);
        FeatureSchema schema = new FeatureSchema(
                images.carried(), FeatureColumns.of(columns, model.checkpoint(), graph.outputs(), config.features()));
        Optional<ResourceProfile> profile = GpuProfile.of(context.getConf(), config.gpus());
        Optional<String> noGpu = noGpu(context, config.gpus(), profile);
        DeviceType device = noGpu.isEmpty() ? DeviceType.GPU : DeviceType.CPU;
        ComputePlan compute = ComputePlan.choose(
                Optional.ofNullable(config.model().engine()),
                Optional.ofNullable(config.model().precision()),
                device,
                CpuFeatures.ofThisMachine());
        ModelSpec spec = new ModelSpec(
                local.location(),
                config.model().cache(),
                Fingerprint.of(folder),
                config.model().imageSize(),
                outputs,
                halves,
                headMask,
                compute,
                cores);
        OutputIdentity identity = identity(config, model, spec, schema);
        requireSame(output, identity);
        MemoryFootprint footprint = new MemoryFootprint(
                model.checkpoint().config(),
                graph.signature(),
                model.checkpoint().weights().parameters(),
                compute);
        int batchSize = config.pace().batchSize() > 0 ? config.pace().batchSize() : footprint.batchSize(device);
        checkBatch(batchSize, graph);
        List<String> notes = notes(config, model, columns);
        notes.addAll(compute.notes());
        notes.addAll(GpuProfile.warnings(context.getConf(), config.gpus()));
        if (config.gpus().device() == GpuOptions.Device.auto && config.gpus().perExecutor() > 0) {
            noGpu.ifPresent(reason -> notes.add("NO GPU CAN BE USED, so the CPU runs the model: " + reason));
        }
        return new ExtractPlan(
                config,
                model,
                spec,
                schema,
                images,
                output,
                identity,
                profile,
                noGpu.isEmpty(),
                batchSize,
                footprint,
                GpuProfile.inWords(context.getConf(), config.gpus()),
                slots,
                notes);
    }

    /** Why the model does not run on GPUs; empty if it does. */
    private static Optional<String> noGpu(
            JavaSparkContext context, GpuOptions gpus, Optional<ResourceProfile> profile) {
        if (gpus.device() == GpuOptions.Device.cpu
                || gpus.device() == GpuOptions.Device.auto && gpus.perExecutor() == 0) {
            return Optional.of("none is asked for");
        }
        Optional<String> reason = GpuProbe.unusable(context, gpus, profile);
        if (gpus.device() == GpuOptions.Device.gpu && reason.isPresent()) {
            throw new ConfigurationException("--device gpu, but no GPU can be used: " + reason.get() + ".");
        }
        return reason;
    }

    /** Refuses an output that is made otherwise, or of which nothing says how. */
    private static void requireSame(OutputFolder output, OutputIdentity identity) {
        Optional<OutputIdentity> there = output.identity();
        if (there.isPresent()) {
            identity.requireSame(there.get(), output.location());
        } else if (!output.finished().isEmpty()) {
            throw new OutputConflictException("The output " + output.location()
                    + " holds runs but no _vitrine/output.json, so how its features were made is not known. Choose"
                    + " another --output.");
        }
    }

    /** The same once more, now that no other run can write. */
    public void requireSameOutput() {
        requireSame(output, identity);
    }

    private static OutputIdentity identity(
            ExtractRequest config, ModelPlan model, ModelSpec spec, FeatureSchema schema) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("fingerprint", spec.fingerprint());
        fields.put("preprocessing", preprocessing(config, model));
        fields.put("image size", model.imageSize().toString());
        fields.put("format", config.output().format().name());
        fields.put("precision", spec.compute().precision().name());
        fields.put("head mask", spec.headMask().layers().toString());
        schema.features()
                .forEach(field -> fields.put(
                        "column " + field.name(),
                        field.dataType().simpleString() + " " + field.metadata().json()));
        schema.carried()
                .forEach(field ->
                        fields.put("carried " + field.name(), field.dataType().simpleString()));
        return new OutputIdentity(fields);
    }

    /** Refuses batches whose pixels or answers would not fit one buffer. */
    private static void checkBatch(int batchSize, OnnxModel graph) {
        long largest = graph.signature().imageBytes();
        for (ModelSignature.Output one : graph.outputs()) {
            largest = Math.max(largest, one.bytes());
        }
        if (largest * batchSize > Integer.MAX_VALUE) {
            throw new ConfigurationException("--batch-size " + batchSize + " needs buffers of " + largest * batchSize
                    + " bytes; it can be at most " + Integer.MAX_VALUE / largest + ".");
        }
    }

    private static List<String> notes(ExtractRequest config, ModelPlan model, List<String> columns) {
        List<String> notes = new ArrayList<>();
        if (config.features().columns().isEmpty() && !columns.contains("pooler_output")) {
            notes.add("this checkpoint has no pooler, so pooler_output is left out");
        }
        List<String> unread = OnnxModel.unusedTensors(model.checkpoint());
        if (!unread.isEmpty()) {
            notes.add(unread.size() + " tensors of the checkpoint are not read, such as " + unread.get(0)
                    + ": is its config.json the right one?");
        }
        return notes;
    }

    /**
     * What will be done, for a person.
     *
     * @param found images there are
     * @param left those to do
     * @param bytes theirs, or -1
     */
    public String describe(long found, long left, long bytes) {
        StringBuilder text = new StringBuilder();
        String done = left == found ? "" : String.format(Locale.ROOT, " to do, %,d done before", found - left);
        line(
                text,
                "images",
                String.format(
                        Locale.ROOT,
                        "%,d%s%s",
                        left,
                        done,
                        bytes < 0 ? "" : String.format(Locale.ROOT, ", %,d bytes", bytes)));
        line(
                text,
                "model",
                spec.location() + " (" + model.checkpoint().config().layers() + " layers, hidden size "
                        + model.checkpoint().config().hiddenSize() + ", "
                        + String.format(
                                Locale.ROOT, "%,d", model.checkpoint().weights().parameters()) + " parameters)");
        line(text, "fingerprint", spec.fingerprint());
        line(text, "preprocessing", preprocessing());
        line(
                text,
                "input",
                model.imageSize() + " pixels, " + spec.compute().describe() + " on the " + (onGpu ? "GPU" : "CPU"));
        if (config.gpus().perExecutor() > 0) {
            line(text, "gpus", gpusInWords);
        }
        line(
                text,
                "columns",
                schema.features().stream().map(ExtractPlan::column).collect(Collectors.joining(", ")));
        line(text, "batch size", batchSize + (config.pace().batchSize() == 0 ? " (chosen)" : ""));
        line(text, "memory", memory());
        if (left > 0) {
            line(
                    text,
                    "plan",
                    sizes(left).size() + " tasks on " + slots + " slots, one model an executor" + commits(left));
        }
        line(text, "output", output.location() + " (" + config.output().format() + ")");
        notes.forEach(note -> line(text, "note", note));
        return text.toString();
    }

    private String commits(long images) {
        long most = config.rerun().imagesPerCommit();
        return images <= most ? "" : ", committed every " + String.format(Locale.ROOT, "%,d", most) + " images";
    }

    /** How many images each task does of so many. */
    public List<Integer> sizes(long images) {
        int wanted = config.pace().partitions();
        return wanted > 0
                ? TaskSizes.equal(images, (int) Math.min(wanted, images))
                : TaskSizes.sizes(images, slots, batchSize);
    }

    /** What happens to an image before the model, in words. */
    public String preprocessing() {
        return preprocessing(config, model);
    }

    private static String preprocessing(ExtractRequest config, ModelPlan model) {
        DecodeOptions reading = config.images().reading();
        return model.preprocessing() + ", EXIF " + (reading.applyExif() ? "applied" : "ignored")
                + (reading.fast() ? ", JPEG decoded at a fraction of its size" : "");
    }

    /**
     * What an executor needs at most. On the heap, for each slot: what it reads ahead and the file in hand, three row groups'
     * worth of Parquet buffers (being filled, encoded, written), a batch's features twice, and three bytes a pixel of the image
     * in hand, twice where it is turned. Off the heap: the model once, and for each slot its batch and the image's pixels again.
     */
    private String memory() {
        long features = footprint.signature().outputs().stream()
                .mapToLong(ModelSignature.Output::bytes)
                .sum();
        long image = 3 * TYPICAL_PIXELS;
        long turned = 2 * image; // before and after
        long heap = config.pace().fetchBytes()
                + TYPICAL_FILE
                + 3L * ExtractJob.ROW_GROUP_BYTES
                + 2 * batchSize * features
                + turned;
        long beside = (onGpu ? batchSize * features : batchSize * footprint.bytesPerImage()) + image;
        return String.format(
                Locale.ROOT,
                "an executor needs, on the heap, %,d MiB a slot and %,d MiB besides; off it, %,d MiB a slot and %,d MiB for"
                        + " the model (images of up to %d megapixels)",
                heap >> 20,
                SPARK_HEAP >> 20,
                beside >> 20,
                footprint.modelBytes() >> 20,
                TYPICAL_PIXELS / 1_000_000);
    }

    private static String column(StructField field) {
        return field.name() + " " + field.dataType().simpleString() + " "
                + field.metadata().getString("dtype")
                + Arrays.toString(field.metadata().getLongArray("shape"));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value));
    }
}
