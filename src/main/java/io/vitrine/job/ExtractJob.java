package io.vitrine.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.VitrineException;
import io.vitrine.inference.ModelHolder;
import io.vitrine.report.PeakMemory;
import io.vitrine.report.Progress;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Versions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;

/** The main job: images to features, one row each. */
public final class ExtractJob {
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int ROW_GROUP_BYTES = 32 << 20; // a slot's writer holds about this much

    private final SparkSession spark;
    private final ExtractPlan plan;

    /**
     * Plans the job.
     *
     * @throws VitrineException for every fault that can be seen before any work
     */
    public ExtractJob(SparkSession spark, JobConfig config) {
        this.spark = spark;
        this.plan = ExtractPlan.make(spark, config);
    }

    /** What {@link #run} will do, for a person. */
    public String describe() {
        return plan.describe();
    }

    /** How many images there are. */
    public long images() {
        return plan.catalog().count();
    }

    /**
     * Runs it. The output appears whole, or not at all.
     *
     * @throws VitrineException if the run stopped
     */
    public RunRecord run(Progress progress) {
        Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String id = ID.format(started) + "-" + UUID.randomUUID().toString().substring(0, 4);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Counters counters = Counters.create(context);
        ProgressListener listener = new ProgressListener(progress);
        spark.sparkContext().addSparkListener(listener);
        long start = System.nanoTime();
        try {
            write(rows(context, counters), id);
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            VitrineException fault = JobFault.of(e);
            discard(id, fault);
            throw fault;
        } finally {
            spark.sparkContext().removeSparkListener(listener);
            ModelHolder.closeAll(); // in local mode the tasks ran here
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        RunRecord record = record(id, started, seconds, counters);
        plan.output().record(id, record.json());
        return record;
    }

    private void discard(String id, VitrineException fault) {
        try {
            plan.output().discard(id);
        } catch (VitrineException e) {
            fault.addSuppressed(e); // the first fault is the one to tell
        }
    }

    private JavaRDD<Row> rows(JavaSparkContext context, Counters counters) {
        Broadcast<SerializableConfiguration> configuration = context.broadcast(
                new SerializableConfiguration(spark.sessionState().newHadoopConf()));
        ExtractPartition task = new ExtractPartition(
                plan.spec(), plan.model().preprocessing(), plan.config(), plan.schema(), counters, configuration);
        return plan.catalog().slices(context, plan.partitions()).mapPartitions(task);
    }

    private void write(JavaRDD<Row> rows, String id) {
        DataFrameWriter<Row> writer = spark.createDataFrame(rows, plan.schema().schema())
                .write()
                .mode(SaveMode.ErrorIfExists)
                .format(FeatureParquet.class.getName())
                .option(FeatureParquet.METADATA, footer(id))
                .option("parquet.block.size", ROW_GROUP_BYTES)
                // Rows are large: look at the sizes of pages and groups after a few, not after a hundred.
                .option("parquet.page.size.row.check.min", 4)
                .option("parquet.page.size.row.check.max", 64)
                .option("parquet.block.size.row.check.min", 4)
                .option("parquet.block.size.row.check.max", 64);
        for (StructField field : plan.schema().features()) { // floats repeat too seldom for a dictionary, labels do not
            if (field.name().equals(ClassColumn.Kind.LABEL.column())) {
                continue;
            }
            writer.option("parquet.enable.dictionary#" + field.name(), false);
            writer.option("parquet.enable.dictionary#" + field.name() + ".list.element", false);
        }
        writer.save(plan.output().run(id));
    }

    /** The key-value metadata of every file. */
    private String footer(String id) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("vitrine.run", id);
        metadata.put("vitrine.model", plan.spec().location());
        metadata.put("vitrine.fingerprint", plan.spec().fingerprint());
        metadata.put("vitrine.image_size", plan.model().input().toString());
        metadata.put("vitrine.preprocessing", plan.preprocessing());
        metadata.put("vitrine.precision", "fp32");
        if (!plan.spec().headMask().layers().isEmpty()) {
            metadata.put("vitrine.head_mask", plan.spec().headMask().layers().toString());
        }
        for (StructField field : plan.schema().features()) {
            metadata.put("vitrine.column." + field.name(), field.metadata().json());
        }
        Versions.all().forEach((name, version) -> metadata.put("vitrine.version." + name, version));
        try {
            return new ObjectMapper().writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a map of strings
        }
    }

    private RunRecord record(String id, Instant started, double seconds, Counters counters) {
        Map<String, Long> images = committed(id);
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        if (total != plan.catalog().count()) {
            VitrineException fault = new VitrineException("The run made " + total + " rows for "
                    + plan.catalog().count()
                    + " images, so it was removed. If the input list changed meanwhile, run again; otherwise this is a"
                    + " fault of the program.");
            discard(id, fault);
            throw fault;
        }
        Map<String, Double> times = new LinkedHashMap<>();
        times.put("fetch_wait", counters.fetchNanos().value() / 1e9);
        times.put("decode_preprocess", counters.prepareNanos().value() / 1e9);
        times.put("inference", counters.inferNanos().value() / 1e9);
        List<String> inputs = plan.config().inputList() == null
                ? plan.config().inputs()
                : List.of(plan.config().inputList());
        return new RunRecord(
                id,
                started.toString(),
                seconds,
                inputs,
                plan.output().location(),
                new RunRecord.Model(
                        plan.spec().location(),
                        plan.model().checkpoint().config().family().modelType(),
                        plan.spec().fingerprint(),
                        plan.model().checkpoint().weights().parameters(),
                        plan.model().input().toString(),
                        plan.preprocessing()),
                columns(),
                images,
                total,
                total / seconds,
                plan.partitions(),
                plan.config().batchSize(),
                "fp32",
                loads(counters),
                times,
                PeakMemory.now(),
                Versions.all());
    }

    /** Rows by status, counted from what was committed. */
    private Map<String, Long> committed(String id) {
        Map<String, Long> counts = new TreeMap<>();
        spark.read()
                .parquet(plan.output().run(id))
                .groupBy(FeatureSchema.STATUS)
                .count()
                .collectAsList()
                .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
        return counts;
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

    private static List<RunRecord.ModelLoad> loads(Counters counters) {
        List<RunRecord.ModelLoad> loads = new ArrayList<>();
        for (String load : counters.loads().value()) {
            String[] parts = load.split(" ");
            loads.add(new RunRecord.ModelLoad(parts[0], parts[1], Long.parseLong(parts[2])));
        }
        return loads;
    }
}
