package io.vitrine.job.task;

import io.vitrine.fetch.Fetched;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.job.metrics.ExecutorMetrics;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.report.ImageStatistics;
import java.util.Locale;
import java.util.Optional;

/** Notes the facts about each image for the run's report. Used by one thread. */
final class ImageNotes {
    private static final double NANOS_PER_SECOND = 1e9;

    private final ImageStatistics statistics;

    ImageNotes(ImageStatistics statistics) {
        this.statistics = statistics;
    }

    /**
     * Notes an image.
     *
     * @param header the file's header, where it could be read
     * @param nanos that the task's thread spent on it: from asking for its bytes to its pixels, without waiting for a GPU
     */
    void note(Fetched<WorkItem> image, Optional<ImageHeader> header, long nanos) {
        long length = 0;
        if (image instanceof Fetched.Loaded<WorkItem> loaded) {
            length = loaded.bytes().length();
            statistics.countFile(length);
            ExecutorMetrics.countBytes(length);
        }
        header.ifPresent(known ->
                statistics.countHeader(known.format().name().toLowerCase(Locale.ROOT), known.width(), known.height()));
        double seconds = nanos / NANOS_PER_SECOND;
        if (statistics.isSlow(seconds)) {
            statistics.addSlow(new ImageStatistics.SlowImage(
                    image.ref().path(),
                    seconds,
                    length,
                    header.map(ImageHeader::width).orElse(0),
                    header.map(ImageHeader::height).orElse(0)));
        }
    }
}
