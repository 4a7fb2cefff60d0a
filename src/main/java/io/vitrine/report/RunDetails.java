package io.vitrine.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator wants to know about a run beyond its results: the images it met, what it used, how fast it was when. Of
 * bounded size. In the record's JSON the groups are flat.
 *
 * @param progress images done in the course of time
 * @param settings what the session and the run were asked for, without anything secret
 * @param labels how the model's answers agree with labels, where the run compares them; in the JSON {@code label_scores}
 */
public record RunDetails(
        @JsonUnwrapped Images images,
        @JsonUnwrapped Resources resources,
        List<ProgressPoint> progress,
        Map<String, String> settings,
        @JsonIgnore Optional<LabelScores> labels) {

    /** Details of a run that compares no labels. */
    public RunDetails(Images images, Resources resources, List<ProgressPoint> progress, Map<String, String> settings) {
        this(images, resources, progress, settings, Optional.empty());
    }

    @JsonProperty("label_scores")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @SuppressWarnings("unused") // Jackson calls it
    private LabelScores labelScores() {
        return labels.orElse(null);
    }

    /** A run that did nothing. */
    public static final RunDetails NONE = new RunDetails(
            new Images(0, Map.of(), List.of(), List.of(), List.of()), Resources.NONE, List.of(), Map.of());

    /**
     * The images that were read, as tasks counted them: those of retried tasks twice.
     *
     * @param bytesRead of image files
     * @param formats images by format, as their headers say
     * @param megapixels a histogram of width times height
     * @param fileBytes a histogram of file lengths
     * @param slowest the images that took longest, the slowest first
     */
    public record Images(
            long bytesRead,
            Map<String, Long> formats,
            List<Histogram.Bar> megapixels,
            List<Histogram.Bar> fileBytes,
            List<ImageStatistics.SlowImage> slowest) {}

    /**
     * What the tasks used.
     *
     * @param executors that ran tasks; 1 in local mode
     * @param cores of these executors
     * @param cpuSeconds of all threads of the executors' processes, while tasks ran
     * @param gcSeconds the share of the wall time that tasks waited for the garbage collector, summed over tasks
     * @param batches model calls
     * @param batchFill the mean share of a batch's places that held images, from 0 to 1
     * @param storageRetries requests to the store that were repeated
     * @param bytesWritten of the rows' files
     * @param filesWritten the rows' files
     */
    public record Resources(
            int executors,
            int cores,
            double cpuSeconds,
            double gcSeconds,
            long batches,
            double batchFill,
            long storageRetries,
            long bytesWritten,
            long filesWritten) {
        static final Resources NONE = new Resources(0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /**
     * How far the run was.
     *
     * @param seconds since the run began to extract
     * @param images done, failed ones included
     * @param failed images without features
     */
    public record ProgressPoint(double seconds, long images, long failed) {}
}
