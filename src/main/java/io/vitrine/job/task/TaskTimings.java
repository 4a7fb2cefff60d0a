package io.vitrine.job.task;

import io.vitrine.job.metrics.Activity;
import io.vitrine.job.metrics.ExecutorMetrics;
import java.util.EnumMap;
import java.util.Map;

/** Where one task's time went, and how full its batches were. Used by one thread. */
final class TaskTimings {
    private final Map<Activity, Long> nanos = new EnumMap<>(Activity.class);
    private long batches;
    private long batchedImages;

    /** Adds to an activity's time, here and in the executor's metrics. */
    void add(Activity activity, long duration) {
        nanos.merge(activity, duration, Long::sum);
        ExecutorMetrics.add(activity, duration);
    }

    /**
     * Counts a model call, here and in the executor's metrics.
     *
     * @param images in the batch
     * @param capacity the batch size
     */
    void addBatch(int images, int capacity) {
        batches++;
        batchedImages += images;
        ExecutorMetrics.countBatch(images, capacity);
    }

    long batches() {
        return batches;
    }

    long batchedImages() {
        return batchedImages;
    }

    /** An activity's time in nanoseconds. */
    long nanos(Activity activity) {
        return nanos.getOrDefault(activity, 0L);
    }
}
