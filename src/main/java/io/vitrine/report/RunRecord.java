package io.vitrine.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What one run or commit did, for programs. Each commit's record is written as JSON next to the rows. In the JSON the groups are
 * flat: their fields stand in the record itself.
 *
 * @param columns the feature columns
 * @param decoding where JPEGs were decoded
 * @param details the images it met, what it used, how fast it was when
 * @param versions of everything that makes the features, by name
 * @param warnings what could not be tidied up; the rows are complete
 */
public record RunRecord(
        @JsonUnwrapped Run identity,
        @JsonUnwrapped Places places,
        Model model,
        List<Column> columns,
        @JsonUnwrapped Results results,
        @JsonUnwrapped Execution execution,
        @JsonUnwrapped Usage usage,
        Decoding decoding,
        @JsonUnwrapped RunDetails details,
        Map<String, String> versions,
        List<String> warnings) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private static final String OK = "ok";
    private static final String DELETED = "deleted";

    /**
     * Which run this is.
     *
     * @param run its id, the name of its folder under the output
     * @param started UTC, ISO 8601
     * @param seconds from the first task to the commit
     */
    public record Run(String run, String started, double seconds) {}

    /**
     * Where it read and wrote.
     *
     * @param omitted what the inputs have that got no rows
     */
    public record Places(List<String> inputs, String output, String format, List<Omission> omitted) {
        /** Places where every file is an image. */
        public Places(List<String> inputs, String output, String format) {
            this(inputs, output, format, List.of());
        }
    }

    /** The model that made the features. */
    public record Model(
            String location,
            String type,
            String fingerprint,
            long parameters,
            String imageSize,
            String preprocessing) {}

    /** One feature column. */
    public record Column(String name, String type, String dtype, List<Integer> shape) {}

    /**
     * What became of the images.
     *
     * @param images committed rows by status
     * @param examples one image of each status of failed images
     * @param total committed rows
     * @param skipped images that stay as earlier runs left them
     * @param doneBefore these by status
     * @param commits number of commits: 1 in a commit's own record
     */
    public record Results(
            Map<String, Long> images,
            List<Example> examples,
            long total,
            long skipped,
            Map<String, Long> doneBefore,
            int commits,
            double imagesPerSecond) {}

    /**
     * One image without features.
     *
     * @param error the reason in words
     */
    public record Example(String status, String path, String error) implements Serializable {}

    /**
     * How the run was executed.
     *
     * @param partitions tasks, and so files
     * @param batchSize images per model call
     * @param approximation each output's error against fp32 on the run's first images, as text; int8 only
     * @param halvedTasks tasks that ran half batches because memory was short
     */
    public record Execution(
            int partitions,
            int batchSize,
            String precision,
            String engine,
            Map<String, String> approximation,
            long halvedTasks) {}

    /**
     * What the run used.
     *
     * @param modelLoads one entry per executor and device
     * @param gpus the GPUs that Spark assigned to tasks
     * @param taskSeconds the tasks' wall time by activity, summed over tasks, retries included; {@code decode_preprocess} is the
     *     sum of {@code decode} and {@code resize}
     */
    public record Usage(
            List<ModelLoad> modelLoads, List<GpuUse> gpus, Map<String, Double> taskSeconds, Peak driverPeak) {}

    /**
     * The driver's memory, in local mode the whole job's.
     *
     * @param residentBytes the largest resident size; 0 on systems other than Linux
     * @param liveHeapBytes heap in use after a collection at the end
     */
    public record Peak(long residentBytes, long liveHeapBytes) {}

    /**
     * One GPU that Spark assigned to tasks.
     *
     * @param tasks the most tasks that shared it at the same time
     */
    public record GpuUse(String executor, String address, int tasks) implements Serializable {}

    /** One load of the model. */
    public record ModelLoad(String executor, String device, long millis) implements Serializable {}

    /**
     * Where images were decoded. As tasks counted them: those of retried tasks twice.
     *
     * @param device {@code gpu} or {@code cpu}, as planned
     * @param reason why no GPU decodes; empty if it does
     * @param onGpu images that GPUs decoded
     * @param onCpu images that the CPU decoded although a GPU was planned, by reason
     * @param faults decoders that could not be opened or were given up
     */
    public record Decoding(
            String device, String reason, long onGpu, Map<String, Long> onCpu, List<DecoderFault> faults) {
        public static final String GPU = "gpu";

        /** Everything on the CPU. */
        public static Decoding onCpu(String reason) {
            return new Decoding("cpu", reason, 0, Map.of(), List.of());
        }

        /** On GPUs as far as possible. */
        public static Decoding onGpu(long images, Map<String, Long> onCpu, List<DecoderFault> faults) {
            return new Decoding(GPU, "", images, onCpu, faults);
        }
    }

    /** One decoder of a GPU that could not be opened or was given up. */
    public record DecoderFault(String executor, String gpu, String reason) implements Serializable {
        /** In words. */
        public String describe() {
            return "GPU " + gpu + " of executor " + executor + " does not decode: " + reason;
        }
    }

    /** The record of a run of several commits. */
    public static RunRecord merge(String run, List<RunRecord> commits) {
        return commits.size() == 1 ? commits.get(0) : new RunRecordMerger(commits).merge(run);
    }

    /** The record with these warnings. */
    public RunRecord withWarnings(List<String> texts) {
        return new RunRecord(
                identity, places, model, columns, results, execution, usage, decoding, details, versions, texts);
    }

    /** The record as JSON text. */
    public String json() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // plain values only
        }
    }

    public String run() {
        return identity.run;
    }

    public double seconds() {
        return identity.seconds;
    }

    public String output() {
        return places.output;
    }

    public String format() {
        return places.format;
    }

    public List<Omission> omitted() {
        return places.omitted;
    }

    public Map<String, Long> images() {
        return results.images;
    }

    public List<Example> examples() {
        return results.examples;
    }

    public long total() {
        return results.total;
    }

    public long skipped() {
        return results.skipped;
    }

    public Map<String, Long> doneBefore() {
        return results.doneBefore;
    }

    public int commits() {
        return results.commits;
    }

    public double imagesPerSecond() {
        return results.imagesPerSecond;
    }

    public int partitions() {
        return execution.partitions;
    }

    public int batchSize() {
        return execution.batchSize;
    }

    public String precision() {
        return execution.precision;
    }

    public String engine() {
        return execution.engine;
    }

    public Map<String, String> approximation() {
        return execution.approximation;
    }

    public long halvedTasks() {
        return execution.halvedTasks;
    }

    public List<ModelLoad> modelLoads() {
        return usage.modelLoads;
    }

    public List<GpuUse> gpus() {
        return usage.gpus;
    }

    public Map<String, Double> taskSeconds() {
        return usage.taskSeconds;
    }

    public Peak driverPeak() {
        return usage.driverPeak;
    }

    /** Images with features. */
    public long ok() {
        return images().getOrDefault(OK, 0L);
    }

    /** Images marked as deleted. */
    public long deleted() {
        return images().getOrDefault(DELETED, 0L);
    }

    /** Images without features. */
    public long failed() {
        return total() - ok() - deleted();
    }
}
