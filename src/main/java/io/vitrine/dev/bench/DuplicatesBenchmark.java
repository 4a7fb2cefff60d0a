package io.vitrine.dev.bench;

import io.vitrine.duplicates.DuplicateFinder;
import io.vitrine.duplicates.DuplicatesRecord;
import io.vitrine.duplicates.DuplicatesRequest;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.vectors.ResultFolder.Existing;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Time and recall of searches for duplicates: of each hundred vectors one is a near-duplicate of another. */
public final class DuplicatesBenchmark {
    private static final int DIMENSION = 768;
    private static final int EVERY = 100;
    private static final double THRESHOLD = 0.95;
    private static final String COLUMN = "image_embeds";
    private static final String RUN = "20260101T000000Z-000000000000";

    private final Path target;
    private final PrintWriter out;

    /** @param target a folder for the vectors and the groups */
    public DuplicatesBenchmark(Path target, PrintWriter out) {
        this.target = target;
        this.out = out;
    }

    /**
     * Measures, and prints a table.
     *
     * @param sets names of the sets of vectors: uniform, manifold
     */
    public void run(int vectors, List<String> sets) throws IOException {
        out.println("| vectors | comparison | visits | CPU s | s | planted pairs found |");
        out.println("|---|---|---:|---:|---:|---|");
        Path folder = Files.createTempDirectory(Files.createDirectories(target), "duplicates-");
        SparkConf conf = SessionSettings.completeForReading(new SparkConf().setAppName("duplicates"));
        try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
            for (String name : sets) {
                VectorSet set = VectorSet.valueOf(name.toUpperCase(Locale.ROOT));
                Path features = folder.resolve(name);
                write(spark, features, set, vectors);
                measure(spark, features, set, vectors, Long.MAX_VALUE, 0);
                measure(spark, features, set, vectors, 0, DuplicatesRequest.DEFAULT_VISITS);
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            status.filter(line -> line.startsWith("VmHWM")).forEach(out::println);
        }
        out.flush();
    }

    private void measure(SparkSession spark, Path features, VectorSet set, int vectors, long exactBelow, int visits) {
        DuplicatesRequest request = new DuplicatesRequest(
                features.toString(),
                COLUMN,
                THRESHOLD,
                features + "-groups",
                Existing.OVERWRITE,
                exactBelow,
                exactBelow == 0 ? Math.max(1_000, vectors / 20) : DuplicatesRequest.BY_MEMORY,
                visits);
        long cpu = cpuNanos();
        long start = System.nanoTime();
        DuplicatesRecord record = new DuplicateFinder(spark, request).run(line -> {});
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (cpuNanos() - cpu) / 1e9;
        int planted = vectors / EVERY;
        out.printf(
                Locale.ROOT,
                "| %,d %s | %s | %d | %.0f | %.0f | %,d of %,d, %,d members |%n",
                vectors,
                set.name().toLowerCase(Locale.ROOT),
                exactBelow == 0 ? record.comparison().clusters() + " clusters" : "each with each",
                visits,
                cpuSeconds,
                seconds,
                found(spark, features + "-groups"),
                planted,
                record.found().members());
        out.flush();
    }

    /** Planted pairs in one group. */
    private static long found(SparkSession spark, String groups) {
        spark.read().parquet(groups + "/" + DuplicateFinder.GROUPS).createOrReplaceTempView("groups");
        return spark.sql("SELECT count(*) FROM groups a JOIN groups b ON a.group = b.group AND b.path ="
                        + " concat('file:/photos/', lpad(cast(substring(a.path, 14, 9) AS int) - 1, 9, '0')) WHERE"
                        + " cast(substring(a.path, 14, 9) AS int) % " + EVERY + " = 1")
                .first()
                .getLong(0);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Writes an output as {@code jobs/extract} does. */
    private static void write(SparkSession spark, Path features, VectorSet set, int vectors) throws IOException {
        List<Integer> parts = Stream.iterate(0, part -> part + 1)
                .limit(Math.max(1, vectors / 5_000))
                .toList();
        var rows = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(parts, parts.size())
                .flatMap(part -> Stream.iterate(part, number -> number + parts.size())
                        .takeWhile(number -> number < vectors)
                        .iterator())
                .map(new MakeRow(set));
        spark.createDataFrame(rows, FeatureSchema.IMAGE.add(COLUMN, DataTypes.createArrayType(DataTypes.FloatType)))
                .write()
                .parquet(features + "/run=" + RUN);
        Path records = Files.createDirectories(features.resolve("_vitrine"));
        Files.writeString(
                records.resolve("output.json"),
                "{\"column " + COLUMN + "\": \"array<float> {\\\"shape\\\":[" + DIMENSION
                        + "]}\", \"fingerprint\": \"f\", \"format\": \"parquet\"}");
        Files.writeString(
                records.resolve(RUN + ".json"),
                "{\"run\": \"" + RUN + "\", \"model\": {\"location\": \"none\", \"fingerprint\": \"f\"}}");
    }

    private static final class MakeRow implements Function<Integer, Row> {
        private static final long serialVersionUID = 1;
        private final VectorSet set;

        MakeRow(VectorSet set) {
            this.set = set;
        }

        @Override
        public Row call(Integer number) {
            float[] vector = number % EVERY == 1 ? near(number) : set.get(number);
            Float[] boxed = new Float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                boxed[i] = vector[i];
            }
            String path = String.format(Locale.ROOT, "file:/photos/%09d", number);
            return RowFactory.create(path, "ok", null, 10L, null, null, "png", 4, 4, boxed);
        }

        /** The vector before, moved to a cosine of 0.955 to 0.999. */
        private float[] near(int number) {
            float[] vector = set.get(number - 1);
            float[] side = VectorSet.UNIFORM.get(-1L - number); // nearly at a right angle
            double cosine = 0.955 + 0.044 * new Random(number).nextDouble();
            double sine = Math.sqrt(1 - cosine * cosine);
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) (cosine * vector[i] + sine * side[i]);
            }
            return vector;
        }
    }
}
