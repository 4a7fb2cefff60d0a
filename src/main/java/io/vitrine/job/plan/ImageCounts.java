package io.vitrine.job.plan;

import io.vitrine.job.rows.RowStatus;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many images of an input a run has to do, and how many stay as earlier runs left them.
 *
 * @param toDo images to do
 * @param retried those of them that failed before
 * @param done images that stay, by status
 * @param examples the path of one image of each status in {@code done} that is a failure
 */
public record ImageCounts(long toDo, long retried, SortedMap<String, Long> done, SortedMap<String, String> examples) {
    public ImageCounts {
        done = Collections.unmodifiableSortedMap(new TreeMap<>(done));
        examples = Collections.unmodifiableSortedMap(new TreeMap<>(examples));
    }

    /** An input whose images are all to do. */
    static ImageCounts allToDo(long images) {
        return new ImageCounts(images, 0, new TreeMap<>(), new TreeMap<>());
    }

    /** Images of the input. */
    public long total() {
        return toDo + doneTotal();
    }

    /** Images that stay as earlier runs left them. */
    public long doneTotal() {
        return done.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Those of {@link #doneTotal} that failed. */
    public long doneFailed() {
        return done.entrySet().stream()
                .filter(entry -> RowStatus.isFailure(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Adds up counts. Not thread-safe. */
    static final class Builder {
        private final SortedMap<String, Long> done = new TreeMap<>();
        private final SortedMap<String, String> examples = new TreeMap<>();
        private long toDo;
        private long retried;

        /**
         * Adds images to do.
         *
         * @param status of their newest rows; null for images without a row
         */
        void addToDo(String status, long images) {
            toDo += images;
            retried += status != null && RowStatus.isFailure(status) ? images : 0;
        }

        /**
         * Adds images that stay.
         *
         * @param path of one of them
         */
        void addDone(String status, long images, String path) {
            done.merge(status, images, Long::sum);
            if (RowStatus.isFailure(status)) {
                examples.merge(status, path, (a, b) -> a.compareTo(b) <= 0 ? a : b);
            }
        }

        ImageCounts build() {
            return new ImageCounts(toDo, retried, done, examples);
        }
    }
}
