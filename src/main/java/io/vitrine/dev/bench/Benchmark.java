package io.vitrine.dev.bench;

import io.vitrine.VitrineException;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.CpuFeatures;
import io.vitrine.inference.DeviceType;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.job.Extract;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.RunRecord;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Compares the job with its parts: the bare engine, preprocessing alone and whole jobs of a random ViT-Base/16, in turn, so that
 * a machine's changing speed affects all of them. Then measures cold starts, and a job's peak memory for few and for many images.
 */
public final class Benchmark {
    private static final String BUCKET = BenchmarkInputs.BUCKET;
    private static final String FAR_BUCKET = BenchmarkInputs.FAR_BUCKET;
    private static final int FAR_MILLIS = 20;
    private static final int BATCH = 8;
    private static final List<Photos.Kind> KINDS = List.of(Photos.Kind.SMALL, Photos.Kind.LARGE);

    private final Path root;
    private final Path folder;
    private final Effort effort;
    private final Optional<Path> model;
    private final PrintWriter out;
    private final int slots = Runtime.getRuntime().availableProcessors();
    private final Scenarios scenarios;
    private final BenchmarkInputs inputs;
    private final Results results = new Results();
    private final JobRatios ratios = new JobRatios(results, slots, Benchmark::engineName);
    private final Map<Photos.Kind, List<byte[]>> photos = new EnumMap<>(Photos.Kind.class);

    /**
     * @param root the project's folder
     * @param model a checkpoint in place of the random ViT-Base/16
     */
    public Benchmark(Path root, Effort effort, Optional<Path> model, PrintWriter out) {
        this.root = root;
        this.model = model;
        this.folder = root.resolve("target/benchmark");
        this.effort = effort;
        this.out = out;
        this.scenarios = new Scenarios(effort, slots);
        this.inputs = new BenchmarkInputs(folder, scenarios, effort);
    }

    /**
     * Measures, prints tables, and writes {@code target/benchmark/results.json}.
     *
     * @throws VitrineException if no job has one of the wanted names
     */
    public void run() throws Exception {
        List<Scenario> scenarios = this.scenarios.wanted();
        S3Store.delete(folder.resolve("s3"));
        S3Store.delete(folder.resolve("s3-far"));
        S3Store.delete(folder.resolve("local"));
        say(model.isPresent() ? "making JPEGs" : "making a random ViT-Base/16 and JPEGs");
        Path checkpoint = model.isPresent() ? model.get() : RandomCheckpoint.BASE.write(folder.resolve("vit-base"));
        for (Photos.Kind kind : KINDS) {
            photos.put(kind, kind.jpegs());
        }
        Path jar = root.resolve("target/s3proxy/s3proxy.jar");
        Path near = Files.createDirectories(folder.resolve("s3"));
        Path away = Files.createDirectories(folder.resolve("s3-far"));
        try (S3Store store = S3Store.start(jar, near, BUCKET);
                S3Store far = S3Store.start(jar, away, FAR_MILLIS, FAR_BUCKET)) {
            inputs.fill(store, far, scenarios, photos);
            for (int round = 1; round <= effort.rounds(); round++) {
                round(round, store, far, checkpoint, scenarios);
            }
            ratios.add(effort.jobs());
            out.printf(
                    "%n%s, %d slots, %s, jobs/benchmark%n%n",
                    Machine.cpu(), slots, LocalDate.now(ZoneId.systemDefault()));
            results.print(out);
            ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
            say("");
            say("decode and preprocess allocate " + Loops.allocated(photos.get(Photos.Kind.SMALL), plan)
                    + " bytes per image of 640x480 once their buffers exist");
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("machine", Machine.cpu());
            about.put("date", LocalDate.now(ZoneId.systemDefault()).toString());
            about.put("slots", slots);
            results.write(folder.resolve("results.json"), about);
            if (!effort.only().isEmpty()) {
                return;
            }
            new ColdStart(root, out).run(store, checkpoint, "s3a://" + BUCKET + "/cold");
            new PeakMemoryRuns(root, BUCKET, slots, out).run(store);
        }
    }

    private void round(int round, S3Store store, S3Store far, Path checkpoint, List<Scenario> scenarios)
            throws Exception {
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        Loops loops = new Loops(slots);
        for (Photos.Kind kind : KINDS) {
            loops.preprocess(photos.get(kind), plan, DecodeOptions.STANDARD, 1);
            results.add(
                    "decode and preprocess " + kind.words(),
                    loops.preprocess(photos.get(kind), plan, DecodeOptions.STANDARD, effort.loopSeconds() / 3));
        }
        results.add(
                "decode fast and preprocess 4000x3000",
                loops.preprocess(
                        photos.get(Photos.Kind.LARGE),
                        plan,
                        new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST),
                        effort.loopSeconds() / 3));
        for (Scenario scenario : scenarios) {
            S3Store used = scenario.place().isFar() ? far : store;
            boolean compared = this.scenarios.isCompared(scenario);
            Measurement before = compared ? engine(plan, scenario) : null;
            Measurement job = job(used, store, checkpoint, scenario, round);
            results.add(scenario.name(), job);
            if (compared) { // before and after the job: the speed of a shared machine drifts
                Measurement engine = before.plus(engine(plan, scenario));
                results.add(engineName(scenario), engine);
            }
            say(String.format(
                    Locale.ROOT, "round %d: %s: %.2f/s, %.4f", round, scenario.name(), job.rate(), job.cpuPerImage()));
        }
    }

    private Measurement engine(ModelPlan plan, Scenario scenario) throws Exception {
        GraphRequest request = plan.request(scenario.features().columns)
                .withPrecision(scenario.precision())
                .withMatrixType(scenario.features().half() ? OutputType.FLOAT16 : OutputType.FLOAT32);
        InferenceEngine engine = chosen(scenario.precision());
        try (FeatureModel model = FeatureModel.load(request, engine, folder.resolve("cache"), 1, Placement.CPU)) {
            Loops loops = new Loops(scenario.slots());
            loops.engine(model, plan, BATCH, 2);
            Measurement measured = loops.engine(model, plan, BATCH, effort.loopSeconds() / 2);
            say(String.format(
                    Locale.ROOT, "%s: %.2f/s, %.4f", engineName(scenario), measured.rate(), measured.cpuPerImage()));
            return measured;
        }
    }

    /** The engine that a user gets who names none. */
    private static InferenceEngine chosen(Precision precision) {
        return switch (precision) {
            case fp32 ->
                ComputePlan.choose(
                                Optional.empty(), Optional.of(precision), DeviceType.CPU, CpuFeatures.ofThisMachine())
                        .engine();
            case bf16 -> InferenceEngine.pytorch;
            case fp16, int8 -> InferenceEngine.onnxruntime;
        };
    }

    private static String engineName(Scenario job) {
        return "bare engine " + job.precision() + " (" + chosen(job.precision()) + "), batch of " + BATCH + ", "
                + job.slots() + (job.slots() == 1 ? " slot, " : " slots, ") + job.features().words
                + (job.place() == Scenario.Place.S3 ? "" : ", next to the job on " + job.place().words);
    }

    /** Runs a job in its own session, after a warm-up, so that compiling and connecting are not measured. */
    private Measurement job(S3Store used, S3Store warm, Path checkpoint, Scenario scenario, int round)
            throws Exception {
        SparkConf conf = new SparkConf()
                .setMaster("local[" + scenario.slots() + "]")
                .setAppName("vitrine benchmark")
                .set("spark.ui.enabled", "false");
        warm.settingsWithKeys().forEach((key, value) -> conf.set("spark.hadoop." + key, value));
        used.settingsWithKeys()
                .forEach((key, value) ->
                        conf.set("spark.hadoop." + key.replace("fs.s3a.", "fs.s3a.bucket." + FAR_BUCKET + "."), value));
        // Over plain HTTP, unlike over TLS, the AWS client hashes every body to sign it.
        conf.set("spark.hadoop.fs.s3a.signing-algorithm", "S3SignerType");
        SparkSession spark = SparkSession.builder()
                .config(SessionSettings.complete(
                        conf, Destination.parquet("s3a://" + BUCKET), ImageLimits.DEFAULT_MAX_PIXELS))
                .getOrCreate();
        String run = "/features-" + round + "-" + scenario.name().replaceAll("[^a-z0-9]+", "-");
        try {
            job(spark, checkpoint, scenario, inputs.warmUp(scenario), inputs.root(scenario) + run + "-warm-up");
            double before = used.cpuSeconds();
            MeasuredJob job = MeasuredJob.of(
                    () -> job(spark, checkpoint, scenario, inputs.of(scenario), inputs.root(scenario) + run));
            double seconds = job.time().seconds();
            Map<String, Double> tasks = job.record().taskSeconds();
            ratios.note(
                    round,
                    scenario,
                    (used.cpuSeconds() - before) / (slots * seconds),
                    (tasks.get("inference") + tasks.get("decode_preprocess")) / (scenario.slots() * seconds));
            return job.time();
        } finally {
            spark.stop();
        }
    }

    private RunRecord job(SparkSession spark, Path checkpoint, Scenario scenario, String input, String output) {
        ExtractRequest request = ExtractRequest.builder()
                .input(input)
                .model(ModelRequest.builder(checkpoint.toString())
                        .engine(chosen(scenario.precision()))
                        .precision(scenario.precision())
                        .cache(folder.resolve("cache"))
                        .build())
                .output(output)
                .features(FeatureRequest.builder()
                        .columns(scenario.features().columns)
                        .encoding(
                                scenario.features().half()
                                        ? MatrixEncoding.BINARY_FLOAT16
                                        : MatrixEncoding.BINARY_FLOAT32)
                        .build())
                .build();
        return Extract.run(spark, request);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
