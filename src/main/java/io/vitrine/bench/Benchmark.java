package io.vitrine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.image.Limits;
import io.vitrine.inference.FeatureModel;
import io.vitrine.job.Destination;
import io.vitrine.job.Encoding;
import io.vitrine.job.ExtractJob;
import io.vitrine.job.FeatureRequest;
import io.vitrine.job.GpuOptions;
import io.vitrine.job.ImageRequest;
import io.vitrine.job.InputRequest;
import io.vitrine.job.JobConfig;
import io.vitrine.job.ModelRequest;
import io.vitrine.job.Pace;
import io.vitrine.job.Rerun;
import io.vitrine.job.SessionSettings;
import io.vitrine.model.ModelPlan;
import io.vitrine.report.Progress;
import io.vitrine.report.RunRecord;
import io.vitrine.sandbox.S3Store;
import io.vitrine.sandbox.Submission;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The job against its parts, in one interleaved run: the bare engine, preprocessing alone, and the whole job from S3, for a
 * ViT-Base/16 on 640x480 JPEGs; then the job's peak memory on few and on many images.
 */
public final class Benchmark {
    private static final String BUCKET = "benchmark";
    private static final String PHOTOS = "s3a://" + BUCKET + "/photos";
    private static final int BATCH = 8;
    private static final List<String> COLUMNS = List.of("pooler_output", "last_hidden_state");

    private final Path root;
    private final Path folder;
    private final Effort effort;
    private final PrintWriter out;
    private final int slots = Runtime.getRuntime().availableProcessors();

    /**
     * How much to do.
     *
     * @param rounds of engine, preprocessing and job
     * @param loopSeconds of each loop in a round
     * @param images of each job
     */
    public record Effort(int rounds, double loopSeconds, int images) {
        /** Within five minutes on two cores. */
        public static final Effort QUICK = new Effort(1, 15, 640);

        public static final Effort FULL = new Effort(3, 30, 1200);
    }

    /**
     * One round.
     *
     * @param storeSeconds CPU-seconds the store took from the job's cores meanwhile
     */
    private record Round(Measurement engine, Measurement preprocess, Measurement job, double storeSeconds, int slots) {
        /** The job's rate over what engine and preprocessing allow together on these slots. */
        double efficiency() {
            return job.rate() / (1 / (1 / engine.rate() + 1 / preprocess.rate()));
        }

        /** The same on the share of the cores that the store, which a real job has elsewhere, left. */
        double efficiencyWithoutStore() {
            return efficiency() / (1 - storeSeconds / (slots * job.seconds()));
        }
    }

    public Benchmark(Path root, Effort effort, PrintWriter out) {
        this.root = root;
        this.folder = root.resolve("target/benchmark");
        this.effort = effort;
        this.out = out;
    }

    /** Runs it all and prints the table. */
    public void run() throws Exception {
        S3Store.delete(folder.resolve("s3"));
        Path s3 = Files.createDirectories(folder.resolve("s3"));
        say("making a random ViT-Base/16 and " + effort.images() + " JPEGs");
        Path checkpoint = RandomCheckpoint.BASE.write(folder.resolve("vit-base"));
        List<byte[]> photos = Photos.jpegs(64, 640, 480);
        try (S3Store store = S3Store.start(root.resolve("target/s3proxy/s3proxy.jar"), s3, BUCKET)) {
            Bucket.fill(store, PHOTOS, photos, ".jpg", effort.images());
            List<Round> rounds = rounds(store, checkpoint, photos);
            table(rounds);
            memory(store);
        }
    }

    private List<Round> rounds(S3Store store, Path checkpoint, List<byte[]> photos) throws Exception {
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        Loops loops = new Loops(slots);
        SparkConf conf = new SparkConf()
                .setMaster("local[" + slots + "]")
                .setAppName("vitrine benchmark")
                .set("spark.ui.enabled", "false");
        store.settingsWithKeys().forEach((key, value) -> conf.set("spark.hadoop." + key, value));
        // Over plain HTTP the AWS client hashes every body to sign it; over TLS, as in real life, it does not.
        conf.set("spark.hadoop.fs.s3a.signing-algorithm", "S3SignerType");
        SparkSession spark = SparkSession.builder()
                .config(SessionSettings.complete(conf, Destination.of("s3a://" + BUCKET), Limits.DEFAULT_PIXELS))
                .getOrCreate();
        List<Round> rounds = new ArrayList<>();
        try {
            loops.preprocess(photos, plan, 3); // loads and compiles what every round uses
            job(spark, checkpoint, PHOTOS + "/000/00000*", "s3a://" + BUCKET + "/warm-up");
            for (int i = 1; i <= effort.rounds(); i++) {
                String output = "s3a://" + BUCKET + "/features-" + i;
                Measurement engine;
                try (FeatureModel model = FeatureModel.load(plan.graph(COLUMNS), 1)) {
                    loops.engine(model, plan, BATCH, 2);
                    engine = loops.engine(model, plan, BATCH, effort.loopSeconds());
                }
                Measurement preprocess = loops.preprocess(photos, plan, effort.loopSeconds() / 3);
                double store0 = store.cpuSeconds();
                Measurement job = Measurement.of(
                        () -> job(spark, checkpoint, PHOTOS, output).total());
                rounds.add(new Round(engine, preprocess, job, store.cpuSeconds() - store0, slots));
                say(String.format(
                        Locale.ROOT,
                        "round %d: engine %.2f/s, preprocess %.1f/s, job %.2f/s, efficiency %.3f, without the store %.3f",
                        i,
                        engine.rate(),
                        preprocess.rate(),
                        job.rate(),
                        rounds.get(i - 1).efficiency(),
                        rounds.get(i - 1).efficiencyWithoutStore()));
            }
        } finally {
            spark.stop();
        }
        return rounds;
    }

    private static RunRecord job(SparkSession spark, Path checkpoint, String input, String output) {
        JobConfig config = new JobConfig(
                InputRequest.of(input),
                ModelRequest.of(checkpoint.toString(), System.getProperty("java.io.tmpdir")),
                Destination.of(output),
                FeatureRequest.of(COLUMNS, new Encoding(true, false)),
                ImageRequest.STANDARD,
                Pace.STANDARD,
                Rerun.STANDARD,
                GpuOptions.NONE);
        try (ExtractJob extract = new ExtractJob(spark, config, false)) {
            return extract.run(Progress.none());
        }
    }

    private void table(List<Round> rounds) throws IOException {
        out.printf("%n%s, %d slots, %s, jobs/benchmark%n%n", machine(), slots, LocalDate.now());
        out.println("| ViT-Base/16 fp32, 640x480 JPEG | images/s | CPU-seconds an image |");
        out.println("|---|---|---|");
        row("bare engine, batch of " + BATCH, rounds.stream().map(Round::engine).toList());
        row("decode and preprocess", rounds.stream().map(Round::preprocess).toList());
        row("whole job, S3 to Parquet on S3", rounds.stream().map(Round::job).toList());
        out.printf(
                Locale.ROOT,
                "%nefficiency (job over what engine and preprocessing allow together), median of %d rounds: %.3f;"
                        + " %.3f with the cores' time that the store took on this machine given back%n",
                rounds.size(),
                median(rounds.stream().map(Round::efficiency).toList()),
                median(rounds.stream().map(Round::efficiencyWithoutStore).toList()));
        out.flush();
    }

    private void row(String name, List<Measurement> measurements) {
        out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.4f |%n",
                name,
                median(measurements.stream().map(Measurement::rate).toList()),
                median(measurements.stream().map(Measurement::cpuPerImage).toList()));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The demo model on 2,000 and on 20,000 pictures, each in a process of its own with a heap of 512 MiB. */
    private void memory(S3Store store) throws Exception {
        List<byte[]> pictures;
        try (Stream<Path> files = Files.walk(root.resolve("demo/pictures"))) {
            pictures = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }
        for (int count : new int[] {2_000, 20_000}) {
            Bucket.fill(store, "s3a://" + BUCKET + "/pictures-" + count, pictures, "", count);
            RunRecord.Peak peak = peak(store, count);
            out.printf(
                    Locale.ROOT,
                    "peak memory, demo model, %,d images: %,d MiB resident, %,d MiB of live heap%n",
                    count,
                    peak.residentBytes() >> 20,
                    peak.liveHeapBytes() >> 20);
            out.flush();
        }
    }

    private RunRecord.Peak peak(S3Store store, int count) throws IOException {
        Path output = folder.resolve("memory-" + count);
        S3Store.delete(output);
        int status = new Submission(root.resolve("jobs/extract"), store)
                .with("--master", "local[" + slots + "]", "--driver-memory", "512m")
                .with("--input", "s3a://" + BUCKET + "/pictures-" + count)
                .with("--model", root.resolve("demo/checkpoint").toString())
                .with("--output", output.toString())
                // The whole heap is resident from the start, so that what grows is a leak and not a lazy collector.
                .environment("JAVA_TOOL_OPTIONS", "-Xms512m -XX:+AlwaysPreTouch")
                .run(folder.resolve("memory.out"), folder.resolve("memory.err"));
        if (status != 0) {
            throw new VitrineException("extract ended with status " + status + ": " + folder.resolve("memory.err"));
        }
        try (Stream<Path> records = Files.list(output.resolve("_vitrine"))) {
            Path record = records.filter(path -> path.getFileName().toString().matches("[0-9].*\\.json"))
                    .findFirst()
                    .orElseThrow();
            JsonNode peak = JsonFile.read(record).path("driver_peak");
            return new RunRecord.Peak(
                    peak.path("resident_bytes").asLong(),
                    peak.path("live_heap_bytes").asLong());
        }
    }

    private static String machine() throws IOException {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (!Files.exists(cpuinfo)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(cpuinfo).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
