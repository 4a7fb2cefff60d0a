package io.vitrine.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;

/**
 * What one run did, for a machine: written as JSON beside the data.
 *
 * @param run its id, the name of its folder under the output
 * @param started UTC, ISO 8601
 * @param seconds from the first task to the commit
 * @param images rows committed, by status
 * @param modelLoads how often, where and how long: one entry an executor and device
 * @param taskSeconds where the tasks' wall time went; summed over tasks, retries included
 */
public record RunRecord(
        String run,
        String started,
        double seconds,
        List<String> inputs,
        String output,
        Model model,
        List<Column> columns,
        Map<String, Long> images,
        long total,
        double imagesPerSecond,
        int partitions,
        int batchSize,
        String precision,
        List<ModelLoad> modelLoads,
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

    /** One load of the model. */
    public record ModelLoad(String executor, String device, long millis) {}

    public String json() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // plain values only
        }
    }

    /** Images with features. */
    public long ok() {
        return images.getOrDefault("ok", 0L);
    }
}
