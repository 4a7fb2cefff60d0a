package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.GpuRuntime;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Measures the first GPU: the bare engine by batch size and tasks, and whole jobs on local files with a slot per core. */
public final class GpuBenchmark {
    private static final List<String> BOTH = List.of("pooler_output", "last_hidden_state");
    private static final List<String> POOLER = List.of("pooler_output");
    private static final Placement GPU = new Placement(0);
    private static final int[] BATCHES = {8, 64};
    private static final int[] TASKS = {1, 4};
    private static final double SECONDS = 1;
    private static final int IMAGES = 24_000;
    private static final int MORE_IMAGES = 72_000; // a job's start, above all loading the model, counts for less

    private final Path folder;
    private final PrintWriter out;
    private final int slots = Runtime.getRuntime().availableProcessors();
    private final Results results = new Results();

    public GpuBenchmark(Path root, PrintWriter out) {
        this.folder = root.resolve("target/benchmark");
        this.out = out;
    }

    /**
     * Measures, and prints a table.
     *
     * @throws io.vitrine.VitrineException if no GPU can be used
     */
    public void run() throws Exception {
        GpuRuntime.requireUsable(GPU.gpu());
        Path checkpoint = RandomCheckpoint.BASE.write(folder.resolve("vit-base"));
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        for (Precision precision : List.of(Precision.fp32, Precision.fp16)) {
            engine(plan, precision, BOTH);
        }
        engine(plan, Precision.fp32, POOLER);
        engine(plan, Precision.fp16, POOLER);
        List<byte[]> jpegs = Photos.Kind.SMALL.jpegs();
        Loops loops = new Loops(slots);
        loops.preprocess(jpegs, plan, DecodeOptions.STANDARD, 5 * SECONDS); // until the code is compiled
        String preprocess = "decode and preprocess 640x480, " + slots + " slots";
        results.add(preprocess, loops.preprocess(jpegs, plan, DecodeOptions.STANDARD, 3 * SECONDS));
        photos(jpegs, IMAGES);
        photos(jpegs, MORE_IMAGES);
        job(checkpoint, IMAGES, Precision.fp16, BOTH, false, "first "); // compiles the code
        job(checkpoint, IMAGES, Precision.fp16, BOTH, false, "");
        job(checkpoint, IMAGES, Precision.fp16, BOTH, true, "");
        String limited = job(checkpoint, MORE_IMAGES, Precision.fp16, POOLER, false, "");
        job(checkpoint, IMAGES, Precision.fp32, POOLER, false, "");
        results.ratio(
                limited + ", over " + preprocess + ": rate",
                round -> results.get(limited, round).rate()
                        / results.get(preprocess, round).rate());
        out.printf("%n%s, jobs/benchmark --gpu%n%n", LocalDate.now(ZoneId.systemDefault()));
        results.print(out);
        S3Store.delete(photos(IMAGES));
        S3Store.delete(photos(MORE_IMAGES));
    }

    /** Makes a folder of {@code images} files that are hard links to a few pictures. */
    private void photos(List<byte[]> jpegs, int images) throws IOException {
        Path photos = photos(images);
        S3Store.delete(photos); // left by a run that was stopped
        Files.createDirectories(photos);
        for (int i = 0; i < images; i++) {
            Path photo = photos.resolve(i + ".jpg");
            if (i < jpegs.size()) {
                Files.write(photo, jpegs.get(i));
            } else {
                Files.createLink(photo, photos.resolve(i % jpegs.size() + ".jpg"));
            }
        }
    }

    private Path photos(int images) {
        return folder.resolve("gpu-photos-" + images);
    }

    private void engine(ModelPlan plan, Precision precision, List<String> outputs) throws Exception {
        OutputType matrixType = precision == Precision.fp16 ? OutputType.FLOAT16 : OutputType.FLOAT32; // as the jobs
        GraphRequest request = plan.request(outputs).withPrecision(precision).withMatrixType(matrixType);
        try (FeatureModel model =
                FeatureModel.load(request, InferenceEngine.onnxruntime, folder.resolve("cache"), 1, GPU)) {
            for (int batch : BATCHES) {
                for (int tasks : TASKS) {
                    Loops loops = new Loops(tasks);
                    loops.engine(model, plan, batch, SECONDS / 2);
                    results.add(
                            "bare engine " + precision + ", " + String.join(" and ", outputs) + ", batch of " + batch
                                    + ", " + tasks + (tasks == 1 ? " task" : " tasks"),
                            loops.engine(model, plan, batch, SECONDS));
                }
            }
        }
    }

    private String job(
            Path checkpoint, int images, Precision precision, List<String> columns, boolean staged, String first)
            throws Exception {
        SparkConf conf = new SparkConf()
                .setMaster("local[" + slots + "]")
                .setAppName("vitrine benchmark")
                .set("spark.ui.enabled", "false");
        S3Store.delete(folder.resolve("gpu-features"));
        ExtractRequest request = ExtractRequest.builder()
                .input(photos(images).toString())
                .model(ModelRequest.builder(checkpoint.toString())
                        .precision(precision)
                        .cache(folder.resolve("cache"))
                        .build())
                .output(folder.resolve("gpu-features").toString())
                .features(FeatureRequest.builder()
                        .columns(columns)
                        .encoding(MatrixEncoding.BINARY_FLOAT16)
                        .build())
                .gpus(GpuOptions.builder()
                        .tasksPerGpu(slots)
                        .device(GpuOptions.DeviceChoice.gpu)
                        .stages(staged ? GpuOptions.Stages.STAGED : GpuOptions.Stages.FUSED)
                        .build())
                .build();
        SparkSession spark = SparkSession.builder()
                .config(SessionSettings.complete(conf, request))
                .getOrCreate();
        try {
            String name = first + "job " + precision + ", " + images + " images, " + slots + " slots, "
                    + String.join(" and ", columns) + " as float16" + (staged ? ", staged" : "");
            MeasuredJob whole = MeasuredJob.afterPlanning(spark, request);
            Measurement measured = whole.time();
            RunRecord record = whole.record();
            results.add(name, measured);
            out.printf(
                    Locale.ROOT,
                    "%s: %.1f/s, %.5f; %.1f s, of which tasks and commit %.1f, loading the model in them %.1f%n",
                    name,
                    measured.rate(),
                    measured.cpuPerImage(),
                    measured.seconds(),
                    record.seconds(),
                    record.modelLoads().stream()
                                    .mapToLong(RunRecord.ModelLoad::millis)
                                    .sum()
                            / 1e3);
            record.taskSeconds()
                    .forEach((what, seconds) ->
                            out.printf(Locale.ROOT, "  %s %.3f", what, seconds / (slots * record.seconds())));
            out.println(" of the slots' time");
            out.flush();
            return name;
        } finally {
            spark.stop();
        }
    }
}
