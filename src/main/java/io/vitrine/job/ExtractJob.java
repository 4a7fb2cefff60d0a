package io.vitrine.job;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.ImageRefTable;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.graph.Precision;
import io.vitrine.inference.ModelHolder;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.RunId;
import io.vitrine.job.plan.CommitBatches;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.ImageCatalog;
import io.vitrine.job.plan.PreviousResults;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.rows.ClassColumn;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.InternalRowFrame;
import io.vitrine.job.spark.ProgressListener;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.job.task.Counters;
import io.vitrine.job.task.DecodePartition;
import io.vitrine.job.task.ExtractStages;
import io.vitrine.job.task.InferPartition;
import io.vitrine.job.task.QuantizationError;
import io.vitrine.report.PeakMemory;
import io.vitrine.report.Progress;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Versions;
import io.vitrine.table.FeatureTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;

/** The main job: images to features, one row each. */
public final class ExtractJob implements AutoCloseable {
    private static final int LEASE_SECONDS = 300;
    public static final int ROW_GROUP_BYTES = 32 << 20; // a slot's writer holds about this much

    private final SparkSession spark;
    private final ExtractPlan plan;
    private final Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Optional<OutputLease> lease;
    private final String id;
    private final Optional<PreviousResults> committed;
    private final ImageCatalog images;
    private final ImageCatalog left;
    private final long found;
    private final long count;
    private Map<String, String> approximation = Map.of();

    /**
     * Plans the job, and takes the right to write its output.
     *
     * @param dryRun whether it is only to be described: then nothing is written, and no right taken
     * @throws VitrineException for every fault that can be seen before any work
     */
    public ExtractJob(SparkSession spark, ExtractRequest config, boolean dryRun) {
        this.spark = spark;
        this.plan = ExtractPlan.make(spark, config);
        this.lease = dryRun ? Optional.empty() : Optional.of(takeLease());
        this.id = nextId();
        try {
            if (!dryRun) {
                plan.requireSameOutput();
                plan.output().sweep();
            }
            images = dryRun
                    ? plan.images()
                    : plan.images().written(spark, plan.output().plan(id) + "/input");
            this.found = images.count();
            if (found == 0) {
                throw new ConfigurationException("No images in "
                        + String.join(", ", config.inputs().places()) + ". Check the path and --include ("
                        + config.inputs().include() + ").");
            }
            this.committed = committed();
            this.left = committed.isEmpty() || config.rerun().force()
                    ? images
                    : images.without(committed.get(), config.rerun().retryFailed(), spark);
            this.count = left == images ? found : left.count();
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            close();
            throw e instanceof VitrineException fault
                    ? fault
                    : StorageErrors.of("read", plan.output().location(), e);
        }
    }

    private OutputLease takeLease() {
        Duration life = Duration.ofSeconds(
                spark.sparkContext().getConf().getTimeAsSeconds("spark.vitrine.lease", LEASE_SECONDS + "s"));
        String holder = RunId.after(started, List.of());
        return OutputLease.take(
                plan.output().leases(), holder, life, spark.sessionState().newHadoopConf());
    }

    /** Later than every run's, now that none can be added. */
    private String nextId() {
        try {
            return RunId.after(started, plan.output().finished());
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            lease.ifPresent(OutputLease::close);
            throw e instanceof VitrineException fault
                    ? fault
                    : StorageErrors.of("read", plan.output().location(), e);
        }
    }

    private Optional<PreviousResults> committed() {
        List<String> runs = plan.output().finished();
        return runs.isEmpty()
                ? Optional.empty()
                : Optional.of(PreviousResults.of(plan.output().table().rows(runs, FeatureSchema.IMAGE)));
    }

    /** What {@link #run} will do, for a person. */
    public String describe() {
        return plan.describe(found, count, left.bytes());
    }

    /** How many images there are to do. */
    public long images() {
        return count;
    }

    /** Gives back the right to write. */
    @Override
    public void close() {
        lease.ifPresent(held -> {
            try {
                plan.output().delete(plan.output().plan(id));
            } finally {
                held.close();
            }
        });
    }

    /**
     * Runs it, wave after wave. Each appears whole, or not at all.
     *
     * @return what all waves did together
     * @throws VitrineException if the run stopped
     */
    public RunRecord run(Progress progress) {
        ProgressListener listener = new ProgressListener(progress);
        spark.sparkContext().addSparkListener(listener);
        List<RunRecord> records = new ArrayList<>();
        try {
            CommitBatches waves = CommitBatches.cut(
                    spark,
                    left,
                    plan.config().rerun().imagesPerCommit(),
                    plan.output().plan(id));
            if (waves.count() != count) {
                throw new ConfigurationException("The input changed while it was being read (" + count
                        + " images, then " + waves.count() + "). Run again.");
            }
            approximation = waves.waves().isEmpty() ? Map.of() : approximation();
            for (CommitBatches.Wave wave : waves.waves()) {
                records.add(commit(wave, records.size() + 1, waves.waves().size()));
            }
            if (plan.config().rerun().markDeleted() && committed.isPresent()) {
                markDeleted().ifPresent(records::add);
            }
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            throw SparkFailures.stopped(
                    SparkFailures.cause(e),
                    records.stream().mapToLong(RunRecord::total).sum());
        } finally {
            spark.sparkContext().removeSparkListener(listener);
            ModelHolder.closeAll(); // in local mode the tasks ran here
        }
        if (records.isEmpty()) {
            RunRecord nothing = record(id, 0, Counters.create(context()), Map.of());
            plan.output().record(id, nothing.json());
            return nothing;
        }
        return RunRecord.together(id, records);
    }

    private JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }

    private RunRecord commit(CommitBatches.Wave wave, int number, int waves) {
        String run = waves == 1 ? id : id + String.format(Locale.ROOT, "-%04d", number);
        Counters counters = Counters.create(context());
        long start = System.nanoTime();
        JavaRDD<Row> rows = rows(wave, counters);
        return commit(run, rows, wave.count(), start, counters, plan.profile());
    }

    /** Writes rows and their record; what is not whole is removed. */
    private RunRecord commit(
            String run,
            JavaRDD<Row> rows,
            long expected,
            long start,
            Counters counters,
            Optional<ResourceProfile> profile) {
        try {
            plan.output().begin(run);
            lease.ifPresent(OutputLease::requireHeld);
            write(rows, run);
            rows.rdd().cleanShuffleDependencies(false); // the pixels of a staged plan
            Map<String, Long> images = counted(run, profile);
            long total = images.values().stream().mapToLong(Long::longValue).sum();
            if (total != expected) {
                throw new IllegalStateException("There are " + total + " rows for " + expected
                        + " images, so they were removed. This is a fault of the program.");
            }
            lease.ifPresent(OutputLease::requireHeld);
            RunRecord record = record(run, (System.nanoTime() - start) / 1e9, counters, images);
            if (plan.output().identity().isEmpty()) {
                plan.output().write(plan.identity());
            }
            plan.output().record(run, record.json());
            return record;
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            RuntimeException fault = SparkFailures.cause(e);
            if (!(fault instanceof OutputLease.Lost)) {
                discard(run, fault);
            }
            throw fault;
        }
    }

    /** A row for each image that earlier runs wrote and that is no longer in the input. */
    private Optional<RunRecord> markDeleted() {
        String list = plan.output().plan(id) + "/gone"; // written down: what is counted is what is marked
        committed
                .get()
                .missing(images.asTable(spark).select(ImageRefTable.PATH), roots())
                .write()
                .parquet(list);
        Dataset<Row> gone = spark.read().parquet(list);
        long missing = gone.count();
        if (missing == 0) {
            return Optional.empty();
        }
        FeatureSchema schema = plan.schema();
        JavaRDD<Row> rows = gone.javaRDD().map(row -> schema.deleted(row.getString(0)));
        return Optional.of(commit(
                id + "-deleted", rows, missing, System.nanoTime(), Counters.create(context()), Optional.empty()));
    }

    /** Where listed images lie, with scheme. */
    private List<String> roots() {
        return plan.output().qualified(plan.config().inputs().folders()).stream()
                .map(root -> root + "/")
                .toList();
    }

    private void discard(String run, RuntimeException fault) {
        try {
            plan.output().discard(run);
        } catch (Exception e) { // Spark may have stopped; what is left is removed by the next run
            fault.addSuppressed(e); // the first fault is the one to tell
        }
    }

    private DecodePartition prepare(Counters counters) {
        Broadcast<SerializableConfiguration> configuration = context()
                .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
        return new DecodePartition(plan.model().preprocessing(), plan.config(), counters, configuration);
    }

    /** How far approximate numbers are off; empty where they are not approximate. */
    private Map<String, String> approximation() {
        if (plan.spec().compute().precision() != Precision.int8) {
            return Map.of();
        }
        return new QuantizationError(prepare(Counters.create(context())), plan.spec())
                .measure(context(), left.first(plan.batchSize()));
    }

    private JavaRDD<Row> rows(CommitBatches.Wave wave, Counters counters) {
        DecodePartition prepare = prepare(counters);
        InferPartition infer = new InferPartition(plan, counters);
        boolean staged = plan.config().gpus().staged();
        if (GpuProfile.isLocal(context().master()) && !staged) {
            infer.beginHere(prepare.hadoop());
        }
        return ExtractStages.rows(
                wave.images().slices(context(), plan.sizes(wave.count()), staged ? Optional.empty() : plan.profile()),
                prepare,
                infer,
                staged,
                plan.profile());
    }

    private void write(JavaRDD<Row> rows, String run) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("parquet.block.size", Integer.toString(ROW_GROUP_BYTES));
        // Rows are large: look at the sizes of pages and groups after a few, not after a hundred.
        options.put("parquet.page.size.row.check.min", "4");
        options.put("parquet.page.size.row.check.max", "64");
        options.put("parquet.block.size.row.check.min", "4");
        options.put("parquet.block.size.row.check.max", "64");
        for (StructField field : plan.schema().features()) { // floats repeat too seldom for a dictionary, labels do not
            if (field.name().equals(ClassColumn.Kind.LABEL.column())) {
                continue;
            }
            options.put("parquet.enable.dictionary#" + field.name(), "false");
            options.put("parquet.enable.dictionary#" + field.name() + ".list.element", "false");
        }
        Dataset<Row> table = InternalRowFrame.of(spark, rows, plan.schema().schema());
        plan.output().table().write(table, run, new FeatureTable.WriteOptions(options, provenance(run)));
    }

    /** What is kept with the rows. */
    private Map<String, String> provenance(String run) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("vitrine.run", run);
        metadata.put("vitrine.model", plan.spec().location());
        metadata.put("vitrine.fingerprint", plan.spec().fingerprint());
        metadata.put("vitrine.image_size", plan.model().imageSize().toString());
        metadata.put("vitrine.preprocessing", plan.preprocessing());
        metadata.put("vitrine.precision", plan.spec().compute().precision().name());
        metadata.put("vitrine.engine", plan.spec().compute().engine().name());
        if (!plan.spec().headMask().layers().isEmpty()) {
            metadata.put("vitrine.head_mask", plan.spec().headMask().layers().toString());
        }
        for (StructField field : plan.schema().features()) {
            metadata.put("vitrine.column." + field.name(), field.metadata().json());
        }
        Versions.all().forEach((name, version) -> metadata.put("vitrine.version." + name, version));
        return metadata;
    }

    private RunRecord record(String run, double seconds, Counters counters, Map<String, Long> images) {
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        Map<String, Double> times = new LinkedHashMap<>();
        times.put("fetch_wait", counters.fetchNanos().value() / 1e9);
        times.put("decode_preprocess", counters.prepareNanos().value() / 1e9);
        times.put("inference", counters.inferNanos().value() / 1e9);
        return new RunRecord(
                run,
                started.toString(),
                seconds,
                plan.config().inputs().places(),
                plan.output().location(),
                plan.config().output().format().name(),
                new RunRecord.Model(
                        plan.spec().location(),
                        plan.model().checkpoint().config().family().modelType(),
                        plan.spec().fingerprint(),
                        plan.model().checkpoint().weights().parameters(),
                        plan.model().imageSize().toString(),
                        plan.preprocessing()),
                columns(),
                images,
                total,
                found - count,
                1,
                seconds == 0 ? 0 : total / seconds,
                plan.sizes(total).size(),
                plan.batchSize(),
                plan.spec().compute().precision().name(),
                plan.spec().compute().engine().name(),
                approximation,
                counters.halved().value(),
                loads(counters),
                gpus(counters),
                times,
                PeakMemory.now(),
                Versions.all());
    }

    /**
     * Rows by status, counted from what was committed.
     *
     * @param profile of the tasks that made them: executors of another kind may find no room beside theirs
     */
    private Map<String, Long> counted(String run, Optional<ResourceProfile> profile) {
        JavaRDD<Row> rows = plan.output()
                .table()
                .rows(List.of(run), FeatureSchema.IMAGE)
                .select(FeatureSchema.STATUS)
                .javaRDD();
        return profile.map(rows::withResources)
                .orElse(rows)
                .aggregate(
                        new TreeMap<String, Long>(),
                        (counts, row) -> {
                            counts.merge(row.getString(0), 1L, Long::sum);
                            return counts;
                        },
                        (counts, more) -> {
                            more.forEach((status, count) -> counts.merge(status, count, Long::sum));
                            return counts;
                        });
    }

    private List<RunRecord.Column> columns() {
        List<RunRecord.Column> columns = new ArrayList<>();
        for (StructField field : plan.schema().features()) {
            columns.add(new RunRecord.Column(
                    field.name(),
                    field.dataType().simpleString(),
                    field.metadata().getString("dtype"),
                    LongStream.of(field.metadata().getLongArray("shape"))
                            .mapToObj(Math::toIntExact)
                            .toList()));
        }
        return columns;
    }

    private static List<RunRecord.GpuUse> gpus(Counters counters) {
        Map<String, Integer> most = new TreeMap<>();
        for (String use : counters.gpus().value()) {
            int last = use.lastIndexOf(' ');
            most.merge(use.substring(0, last), Integer.parseInt(use.substring(last + 1)), Math::max);
        }
        List<RunRecord.GpuUse> uses = new ArrayList<>();
        most.forEach((where, tasks) -> uses.add(new RunRecord.GpuUse(where.split(" ")[0], where.split(" ")[1], tasks)));
        return uses;
    }

    private static List<RunRecord.ModelLoad> loads(Counters counters) {
        List<RunRecord.ModelLoad> loads = new ArrayList<>();
        for (String load : counters.loads().value()) {
            String[] parts = load.split(" ");
            loads.add(new RunRecord.ModelLoad(parts[0], parts[1], Long.parseLong(parts[2])));
        }
        return loads;
    }
}
