package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.HostCacheFolder;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.job.Extract;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.report.Progress;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.table.OutputFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code extract}. */
@Command(
        name = "extract",
        description = {
            "Reads images, runs a Vision Transformer on them, writes its features to Parquet: one row an image.",
            "Settings of Spark and Hadoop (--master, --conf spark.hadoop.fs.s3a.endpoint=...) go before the jar in"
                    + " spark-submit; the jobs/extract launcher sorts them out itself."
        },
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
final class ExtractCommand implements Callable<Integer> {
    /** How matrices are written. */
    enum HiddenState {
        binary,
        array
    }

    /** The element type of binary columns. */
    enum FeatureDtype {
        float32,
        float16
    }

    /** How the work is cut into stages. */
    enum Plan {
        fused,
        staged
    }

    /** By what vectors are divided. */
    enum Norm {
        l2
    }

    /** How JPEGs are decoded. */
    enum Decode {
        exact,
        fast
    }

    /** What to do about EXIF orientation. */
    enum Exif {
        apply,
        ignore
    }

    @Spec
    private CommandSpec command;

    @Option(
            names = "--input",
            showDefaultValue = Help.Visibility.NEVER,
            paramLabel = "PATH",
            description =
                    "Folders, globs or single images, on any file system Hadoop knows (s3a:, file:, hdfs:); may be"
                            + " repeated. Folders are listed with all below them, but names that begin with _ or a dot.")
    private List<String> inputs = List.of();

    @Option(
            names = "--input-list",
            paramLabel = "FILE",
            description =
                    "Instead of --input: a text file with a path a line, or a Parquet, CSV (with a header) or JSON"
                            + " table with a path column. Its other columns are carried through to the output.")
    private String inputList;

    @Option(
            names = "--path-column",
            paramLabel = "NAME",
            defaultValue = "path",
            description = "The column of --input-list that holds the paths.")
    private String pathColumn;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            defaultValue = "*",
            description = "Take only files whose name matches, such as \"*.{jpg,jpeg,png}\".")
    private String include;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description =
                    "A checkpoint in the Hugging Face layout (config.json, preprocessor_config.json, weights): a local"
                            + " folder that every node has, one on shared storage, or a name on the Hub, ORG/NAME[@REVISION]"
                            + " (HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_OFFLINE count).")
    private String model;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            required = true,
            description = "Where the features go: FOLDER/run=<id>/part-*.parquet, the run's record to FOLDER/_vitrine.")
    private String output;

    @Option(
            names = "--output-format",
            paramLabel = "FORMAT",
            defaultValue = "parquet",
            description =
                    "parquet, or delta or iceberg where the class path has them: then FOLDER is such a table, and run a"
                            + " column of it.")
    private OutputFormat outputFormat;

    @Option(
            names = "--columns",
            showDefaultValue = Help.Visibility.NEVER,
            paramLabel = "NAME",
            split = ",",
            description =
                    "Features to write: pooler_output, last_hidden_state, cls (first token), mean (of the patches),"
                            + " hidden_states and attentions (of all layers, or .N of one), logits, label, label_score,"
                            + " top_k."
                            + " Default: pooler_output (where the checkpoint has a pooler) and last_hidden_state.")
    private List<String> columns = List.of();

    @Option(
            names = "--hidden-state",
            paramLabel = "FORM",
            defaultValue = "binary",
            description = "How matrices are written: binary (little-endian, shape and dtype in the metadata) or array"
                    + " (a flat array<float>). Vectors are always array<float>.")
    private HiddenState hiddenState;

    @Option(
            names = "--feature-dtype",
            paramLabel = "DTYPE",
            defaultValue = "float32",
            description = "Element type of binary columns: float32, or float16 for half the size (beyond 65,504 it has"
                    + " infinities only).")
    private FeatureDtype dtype;

    @Option(
            names = "--normalize",
            paramLabel = "NORM",
            description = "Divide vectors (pooler_output, cls, mean) by their norm: l2.")
    private Norm normalize;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "" + FeatureRequest.DEFAULT_TOP_K,
            description = "Classes in the column top_k.")
    private int topK;

    @Option(
            names = "--head-mask",
            paramLabel = "JSON|FILE",
            description =
                    "What each attention head's weights are multiplied with: [[1, 0, ...], ...] by layers and heads, or"
                            + " one row for all layers.")
    private String headMask;

    @Option(
            names = "--image-size",
            paramLabel = "N|HxW",
            converter = SizeConverter.class,
            description = "Run the model at another image size than its own, with interpolated position embeddings.")
    private Size imageSize;

    @Mixin
    private ComputeOptions compute;

    @Option(
            names = "--exif",
            paramLabel = "WHAT",
            defaultValue = "apply",
            description =
                    "EXIF orientation: apply (as the reference's pipelines do) or ignore (as its bare processors).")
    private Exif exif;

    @Option(
            names = "--decode",
            paramLabel = "HOW",
            defaultValue = "exact",
            description =
                    "exact (Pillow's pixels), or fast: a JPEG at least eight times as large as what it is resized to is decoded"
                            + " at a half, a quarter or an eighth of its size; a few levels off.")
    private Decode decode;

    @Option(
            names = "--batch-size",
            paramLabel = "N|auto",
            defaultValue = "auto",
            description =
                    "Images a call of the model; auto: as many as fit 64 MiB on a CPU (at most 8), 4 GiB on a GPU (64).")
    private String batchSize;

    @Option(
            names = "--fetch-ahead",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images a task reads ahead, each in a thread of its own.")
    private int fetchAhead;

    @Option(
            names = "--fetch-bytes",
            paramLabel = "BYTES",
            defaultValue = "67108864",
            description = "Bytes a task reads ahead at most, in arrays whose lengths are powers of two.")
    private long fetchBytes;

    @Option(
            names = "--max-image-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + ImageLimits.DEFAULT_BYTES,
            description = "A larger file is a failed row (too_large).")
    private long maxBytes;

    @Option(
            names = "--max-pixels",
            paramLabel = "PIXELS",
            defaultValue = "" + ImageLimits.DEFAULT_PIXELS,
            description = "An image of more pixels by its header is a failed row (too_large).")
    private long maxPixels;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "Tasks, and so files, of about equal size. 0 chooses: at most 1,000 images each, and smaller towards the end,"
                        + " so that all slots end together."
            })
    private int partitions;

    @Option(
            names = "--gpus-per-executor",
            paramLabel = "N",
            defaultValue = "0",
            description = "GPUs that each executor holds.")
    private int gpusPerExecutor;

    @Option(
            names = "--tasks-per-gpu",
            paramLabel = "N|auto",
            defaultValue = "auto",
            description = "Tasks that share a GPU: some decode while another infers; auto: as many as the executor has"
                    + " cores for each (spark.executor.cores) and spark.task.resource.gpu.amount permits, or 1.")
    private String tasksPerGpu;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description =
                    "What runs the model: auto (a GPU where one is asked for and can be used, else the CPU, saying so),"
                            + " cpu, or gpu (stops before any work if none can be used).")
    private GpuOptions.Device device;

    @Option(
            names = "--gpu-resource-name",
            paramLabel = "NAME",
            defaultValue = "gpu",
            description = "Spark's name of the resource.")
    private String gpuResource;

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            defaultValue = "fused",
            description =
                    "fused: one stage does all. staged: executors without GPUs decode, their pixels are exchanged, and"
                            + " executors with GPUs only infer (with dynamic allocation). The rows are the same.")
    private Plan plan;

    @Option(
            names = "--force",
            showDefaultValue = Help.Visibility.NEVER,
            description =
                    "Do images again that earlier runs on this output have done. Without it only new and changed images"
                            + " are done (by path and version tag, or length and time).")
    private boolean force;

    @Option(
            names = "--retry-failed",
            showDefaultValue = Help.Visibility.NEVER,
            description = "Do images again that failed in earlier runs.")
    private boolean retryFailed;

    @Option(
            names = "--mark-deleted",
            showDefaultValue = Help.Visibility.NEVER,
            description =
                    "Write a row of status deleted for each image of earlier runs that is no longer in the input.")
    private boolean markDeleted;

    @Option(
            names = "--images-per-commit",
            paramLabel = "N",
            defaultValue = "" + RerunPolicy.DEFAULT_IMAGES_PER_COMMIT,
            description = "Commit every N images: a run that dies loses at most these.")
    private long imagesPerCommit;

    @Option(
            names = "--model-cache",
            paramLabel = "FOLDER",
            description = "Where each host keeps copies of checkpoints from shared storage, and conversions. Default:"
                    + " vitrine-models-USER in the JVM's temporary folder.")
    private String modelCache = HostCacheFolder.STANDARD.toString();

    @Option(
            names = "--dry-run",
            description = "Say what would be done, and do nothing (but bring the checkpoint to this host).",
            showDefaultValue = Help.Visibility.NEVER)
    private boolean dryRun;

    @Override
    public Integer call() {
        ExtractRequest request = request();
        SparkConf conf = SessionSettings.complete(new SparkConf(), request);
        conf.setIfMissing("spark.master", "local[*]");
        conf.setIfMissing("spark.app.name", "vitrine extract");
        ExtractRequest configured = request.toBuilder()
                .gpus(GpuProfile.configure(conf, request.gpus()))
                .build();
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        try {
            if (dryRun) {
                print(Extract.describe(spark, configured, RunListener.NONE));
            } else {
                extract(spark, configured);
            }
            return 0;
        } finally {
            spark.stop();
        }
    }

    private void extract(SparkSession spark, ExtractRequest request) {
        RunRecord record;
        try (Terminal terminal = new Terminal()) {
            record = Extract.run(spark, request, terminal);
        }
        print(Summary.of(record));
        if (record.ok() == 0 && record.failed() > 0 && record.skipped() == 0) {
            throw new ModelException("No image gave features. The column error of run " + record.run() + " in "
                    + record.output() + " says why.");
        }
    }

    private void print(String text) {
        PrintWriter out = command.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    /** Shows the plan, then progress. */
    private final class Terminal implements RunListener, AutoCloseable {
        private Progress progress = Progress.none();

        @Override
        public void planned(String plan, long images) {
            print(plan);
            progress = Progress.show(images);
        }

        @Override
        public void progress(long done, long failed) {
            progress.update(done, failed);
        }

        @Override
        public void close() {
            progress.close();
        }
    }

    /** A number, or empty for auto. */
    private static OptionalInt numberOrAuto(String option, String value) {
        if (value.equals("auto")) {
            return OptionalInt.empty();
        }
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new ConfigurationException(option + " is " + value + ", but must be at least 1, or auto.");
        }
        return OptionalInt.of(Integer.parseInt(value));
    }

    private ExtractRequest request() {
        return ExtractRequest.builder()
                .input(input())
                .model(ModelRequest.builder(model)
                        .imageSize(Optional.ofNullable(imageSize))
                        .engine(Optional.ofNullable(compute.engine()))
                        .precision(Optional.ofNullable(compute.precision()))
                        .cache(Path.of(modelCache))
                        .build())
                .output(new Destination(output, outputFormat))
                .features(FeatureRequest.builder()
                        .columns(columns)
                        .encoding(encoding())
                        .norm(normalize == null ? FeatureRequest.Norm.NONE : FeatureRequest.Norm.L2)
                        .topK(topK)
                        .headMask(Optional.ofNullable(headMask))
                        .build())
                .images(new ImageRequest(
                        new DecodeOptions(exif == Exif.apply, decode == Decode.fast),
                        new ImageLimits(maxBytes, maxPixels)))
                .tasks(TaskSettings.builder()
                        .batchSize(numberOrAuto("--batch-size", batchSize))
                        .fetchAhead(fetchAhead)
                        .fetchBytes(fetchBytes)
                        .partitions(partitions == 0 ? OptionalInt.empty() : OptionalInt.of(partitions))
                        .build())
                .rerun(RerunPolicy.builder()
                        .redo(redo())
                        .missing(markDeleted ? RerunPolicy.Missing.MARK_DELETED : RerunPolicy.Missing.KEEP)
                        .imagesPerCommit(imagesPerCommit)
                        .build())
                .gpus(GpuOptions.builder()
                        .perExecutor(gpusPerExecutor)
                        .tasksPerGpu(numberOrAuto("--tasks-per-gpu", tasksPerGpu))
                        .device(device)
                        .resource(gpuResource)
                        .stages(plan == Plan.staged ? GpuOptions.Stages.STAGED : GpuOptions.Stages.FUSED)
                        .build())
                .build();
    }

    private InputRequest input() {
        if (inputs.isEmpty() == (inputList == null)) {
            throw new ConfigurationException("Give either --input or --input-list: --input s3a://bucket/photos");
        }
        return inputList == null
                ? new InputRequest.Folders(inputs, include)
                : new InputRequest.PathList(inputList, pathColumn);
    }

    private MatrixEncoding encoding() {
        if (hiddenState == HiddenState.binary) {
            return dtype == FeatureDtype.float16 ? MatrixEncoding.BINARY_FLOAT16 : MatrixEncoding.BINARY_FLOAT32;
        }
        if (dtype == FeatureDtype.float16) {
            throw new ConfigurationException("--feature-dtype float16 is for --hidden-state binary: arrays are float32."
                    + " Leave one of the two out.");
        }
        return MatrixEncoding.ARRAY;
    }

    private RerunPolicy.Redo redo() {
        if (force) {
            return RerunPolicy.Redo.ALL;
        }
        return retryFailed ? RerunPolicy.Redo.CHANGED_AND_FAILED : RerunPolicy.Redo.CHANGED;
    }
}
