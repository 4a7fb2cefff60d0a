package io.vitrine.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one run did, for a machine: written as JSON beside the data.
 *
 * @param run its id, the name of its folder under the output
 * @param started UTC, ISO 8601
 * @param seconds from the first task to the commit
 * @param images rows committed, by status
 * @param skipped images that earlier runs had done
 * @param commits how many waves it was committed in
 * @param approximation how far each output is from fp32 on the run's first images, in words; for int8 only
 * @param halvedTasks tasks that ran half batches, for the device had no memory for whole ones
 * @param modelLoads how often, where and how long: one entry an executor and device
 * @param gpus those that Spark gave to tasks
 * @param taskSeconds where the tasks' wall time went; summed over tasks, retries included
 */
public record RunRecord(
        String run,
        String started,
        double seconds,
        List<String> inputs,
        String output,
        String format,
        Model model,
        List<Column> columns,
        Map<String, Long> images,
        long total,
        long skipped,
        int commits,
        double imagesPerSecond,
        int partitions,
        int batchSize,
        String precision,
        String engine,
        Map<String, String> approximation,
        long halvedTasks,
        List<ModelLoad> modelLoads,
        List<GpuUse> gpus,
        Map<String, Double> taskSeconds,
        Peak driverPeak,
        Map<String, String> versions) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    /** What made the features. */
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
     * The driver's memory, which in local mode is the whole job's.
     *
     * @param residentBytes the largest resident size, or 0 where the system does not say
     * @param liveHeapBytes heap in use after a collection at the end
     */
    public record Peak(long residentBytes, long liveHeapBytes) {}

    /**
     * One GPU that Spark gave to tasks.
     *
     * @param tasks how many shared it at once, at most
     */
    public record GpuUse(String executor, String address, int tasks) {}

    /** One load of the model. */
    public record ModelLoad(String executor, String device, long millis) {}

    /** What one run did in several commits. */
    public static RunRecord together(String run, List<RunRecord> commits) {
        if (commits.size() == 1) {
            return commits.get(0);
        }
        RunRecord first = commits.get(0);
        Map<String, Long> images = new TreeMap<>();
        Map<String, Double> times = new LinkedHashMap<>();
        List<ModelLoad> loads = new ArrayList<>();
        Set<GpuUse> gpus = new LinkedHashSet<>();
        double seconds = 0;
        int partitions = 0;
        for (RunRecord commit : commits) {
            commit.images.forEach((status, count) -> images.merge(status, count, Long::sum));
            commit.taskSeconds.forEach((what, time) -> times.merge(what, time, Double::sum));
            loads.addAll(commit.modelLoads);
            gpus.addAll(commit.gpus);
            seconds += commit.seconds;
            partitions += commit.partitions;
        }
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        return new RunRecord(
                run,
                first.started,
                seconds,
                first.inputs,
                first.output,
                first.format,
                first.model,
                first.columns,
                images,
                total,
                first.skipped,
                commits.size(),
                total / seconds,
                partitions,
                first.batchSize,
                first.precision,
                first.engine,
                first.approximation,
                commits.stream().mapToLong(RunRecord::halvedTasks).sum(),
                loads,
                List.copyOf(gpus),
                times,
                commits.get(commits.size() - 1).driverPeak,
                first.versions);
    }

    public String json() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // plain values only
        }
    }

    /** Images without. */
    public long failed() {
        return total - ok() - images.getOrDefault("deleted", 0L);
    }

    /** Images with features. */
    public long ok() {
        return images.getOrDefault("ok", 0L);
    }
}
