package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.graph.Precision;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.GpuOptions.DecodeChoice;
import io.vitrine.job.request.MatrixEncoding;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.report.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Whole jobs on the first GPU: local files in, local Parquet out, timed from the end of planning. */
final class GpuJobs {
    private final Path checkpoint;
    private final Path folder;
    private final Results results;
    private final PrintWriter out;
    private final int slots;
    private final Set<DecodeChoice> warm = new HashSet<>();

    GpuJobs(Path checkpoint, Path folder, Results results, PrintWriter out, int slots) {
        this.checkpoint = checkpoint;
        this.folder = folder;
        this.results = results;
        this.out = out;
        this.slots = slots;
    }

    /**
     * A job.
     *
     * @param batchSize the default if empty
     */
    record Job(
            LocalPhotos input,
            Precision precision,
            List<String> columns,
            DecodeChoice decodeOn,
            OptionalInt batchSize,
            GpuOptions.Stages stages) {
        Job(LocalPhotos input, Precision precision, List<String> columns, DecodeChoice decodeOn) {
            this(input, precision, columns, decodeOn, OptionalInt.empty(), GpuOptions.Stages.FUSED);
        }

        Job batchOf(int images) {
            return new Job(input, precision, columns, decodeOn, OptionalInt.of(images), stages);
        }

        Job staged() {
            return new Job(input, precision, columns, decodeOn, batchSize, GpuOptions.Stages.STAGED);
        }

        /** The name of its row in the table. */
        String row(int slots) {
            return "job " + precision + ", " + input.kind().words() + ", " + input.images() + " images, " + slots
                    + " slots, " + String.join(" and ", columns) + " as float16, decoded on the " + decodeOn
                    + (batchSize.isPresent() ? ", batch of " + batchSize.getAsInt() : "")
                    + (stages == GpuOptions.Stages.STAGED ? ", staged" : "");
        }
    }

    /** Runs a job once without measuring it, so that its code is compiled, unless one like it has run. */
    void warmUp(Job job) throws IOException {
        if (warm.add(job.decodeOn)) {
            measure(job);
        }
    }

    /** Runs a job, and returns the name of its row. */
    String run(Job job) throws IOException {
        MeasuredJob whole = measure(job);
        Measurement measured = whole.time();
        RunRecord record = whole.record();
        String name = job.row(slots);
        results.add(name, measured);
        out.printf(
                Locale.ROOT,
                "%s: %.1f/s, %.5f; %.1f s, of which tasks and commit %.1f, loading the model in them %.1f; %d decoded on the"
                        + " GPU, on the CPU instead %s%n",
                name,
                measured.rate(),
                measured.cpuPerImage(),
                measured.seconds(),
                record.seconds(),
                record.modelLoads().stream()
                                .mapToLong(RunRecord.ModelLoad::millis)
                                .sum()
                        / 1e3,
                record.decoding().onGpu(),
                record.decoding().onCpu());
        record.taskSeconds()
                .forEach((what, seconds) ->
                        out.printf(Locale.ROOT, "  %s %.3f", what, seconds / (slots * record.seconds())));
        out.println(" of the slots' time");
        out.flush();
        return name;
    }

    private MeasuredJob measure(Job job) throws IOException {
        SparkConf conf = new SparkConf()
                .setMaster("local[" + slots + "]")
                .setAppName("vitrine benchmark")
                .set("spark.ui.enabled", "false");
        Path output = folder.resolve("gpu-features");
        S3Store.delete(output);
        ExtractRequest request = ExtractRequest.builder()
                .input(job.input.folder().toString())
                .model(ModelRequest.builder(checkpoint.toString())
                        .precision(job.precision)
                        .cache(folder.resolve("cache"))
                        .build())
                .output(output.toString())
                .features(FeatureRequest.builder()
                        .columns(job.columns)
                        .encoding(MatrixEncoding.BINARY_FLOAT16)
                        .build())
                .tasks(TaskSettings.builder().batchSize(job.batchSize).build())
                .gpus(GpuOptions.builder()
                        .tasksPerGpu(slots)
                        .device(GpuOptions.DeviceChoice.gpu)
                        .stages(job.stages)
                        .decodeOn(job.decodeOn)
                        .build())
                .build();
        SparkSession spark = SparkSession.builder()
                .config(SessionSettings.complete(conf, request))
                .getOrCreate();
        try {
            return MeasuredJob.afterPlanning(spark, request);
        } finally {
            spark.stop();
        }
    }
}
