package io.vitrine.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A few images of each status, chosen by a hash of their paths: a sample that does not depend on the tasks. Bounded by {@link
 * #PER_STATUS} images per status. Used by one thread.
 */
public final class Gallery implements Serializable {
    private static final long serialVersionUID = 1;

    /** Images of each status. */
    public static final int PER_STATUS = 3;

    private static final int MAX_TEXT = 500;
    private static final Comparator<Entry> BY_HASH =
            Comparator.<Entry>comparingInt(entry -> hash(entry.path)).thenComparing(Entry::path);

    private final Map<String, List<Entry>> entries = new TreeMap<>();

    /**
     * One image.
     *
     * @param error why it has no features; empty if it has
     * @param jpeg a small picture; empty if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Entry(String status, String path, String error, byte[] jpeg) implements Serializable {
        public Entry {
            error = error.length() > MAX_TEXT ? error.substring(0, MAX_TEXT) + "..." : error;
        }
    }

    /** Whether an image belongs to the sample so far. */
    public boolean wants(String status, String path) {
        List<Entry> sample = entries.getOrDefault(status, List.of());
        return sample.size() < PER_STATUS || hash(path) < hash(sample.get(sample.size() - 1).path);
    }

    /** Adds an image, in place of another if there are enough. */
    public void add(Entry entry) {
        List<Entry> sample = entries.computeIfAbsent(entry.status, status -> new ArrayList<>());
        if (sample.stream().anyMatch(other -> other.path.equals(entry.path))) {
            return; // a task that was retried
        }
        sample.add(entry);
        sample.sort(BY_HASH);
        if (sample.size() > PER_STATUS) {
            sample.remove(PER_STATUS);
        }
    }

    /** Adds the images of another sample. */
    public void add(Gallery other) {
        other.entries.values().forEach(sample -> sample.forEach(this::add));
    }

    /** The images, by status. */
    public List<Entry> entries() {
        return entries.values().stream().flatMap(List::stream).toList();
    }

    private static int hash(String path) {
        int hash = path.hashCode() * 0x9e3779b9; // similar paths have similar hash codes
        return hash ^ hash >>> 15;
    }
}
