package io.vitrine.job.output;

import io.vitrine.table.FeatureTable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;

/**
 * The compactions of an output that count, and the runs that they replaced. The rows of a replaced run say nothing that its
 * compaction does not, so it makes no difference to the current rows whether a reader sees them. Their folders stay for a while,
 * because readers that began before the compaction still open their files.
 */
final class ReplacedRuns {
    /** The folder that says which run made a row of a compaction. */
    static final String ORIGINS = "origins";

    private static final String LEASES = "leases";

    private final MetadataFolder metadata;
    private final FeatureTable table;

    ReplacedRuns(MetadataFolder metadata, FeatureTable table) {
        this.metadata = metadata;
        this.table = table;
    }

    /** The notes of the compactions among {@code recorded} that have rows, oldest first. */
    private NavigableMap<String, CompactionNote> notes(List<String> recorded) {
        NavigableMap<String, CompactionNote> notes = new TreeMap<>();
        List<String> compactions =
                recorded.stream().filter(CompactionNote::isOf).toList();
        if (compactions.isEmpty()) {
            return notes;
        }
        Set<String> published = new HashSet<>(table.runs());
        for (String run : compactions) {
            if (published.contains(run)) { // else its rows are gone, and so it replaces nothing
                metadata.readUnlessCut(run + OutputFolder.RECORD_SUFFIX)
                        .flatMap(CompactionNote::parse)
                        .ifPresent(note -> notes.put(run, note));
            }
        }
        return notes;
    }

    /** The ids among {@code recorded}, and of earlier runs, that a compaction has replaced. */
    Set<String> in(List<String> recorded) {
        Set<String> replaced = new HashSet<>();
        notes(recorded).values().forEach(note -> replaced.addAll(note.replaces()));
        return replaced;
    }

    /** How the features are made, by the newest compaction; empty if there is none. */
    Optional<OutputIdentity> identity(List<String> recorded) {
        return Optional.ofNullable(notes(recorded).lastEntry())
                .map(newest -> newest.getValue().identity());
    }

    /**
     * The replaced runs that still have a folder and have been replaced for long enough, oldest first, up to the first that has not:
     * a row of status {@code deleted} must not go before the rows that it outdates.
     *
     * @param limit a run is kept for the time that its compaction asked for, and no longer than this
     */
    List<String> removable(List<String> recorded, Duration limit) {
        Map<String, CompactionNote> notes = notes(recorded);
        if (notes.isEmpty()) {
            return List.of();
        }
        Map<String, Instant> written = new TreeMap<>();
        for (FileStatus file : metadata.children()) {
            written.put(file.getPath().getName(), Instant.ofEpochMilli(file.getModificationTime()));
        }
        Instant now = now();
        Map<String, Boolean> removable = new TreeMap<>();
        notes.forEach((run, note) -> {
            Duration keep = note.keep().compareTo(limit) < 0 ? note.keep() : limit;
            Instant since = written.getOrDefault(run + OutputFolder.RECORD_SUFFIX, Instant.MAX);
            boolean isOver = keep.isZero()
                    || now.isAfter(since) && Duration.between(since, now).compareTo(keep) >= 0;
            note.replaces().forEach(replaced -> removable.merge(replaced, isOver, Boolean::logicalOr));
        });
        removable.keySet().retainAll(new HashSet<>(table.runs()));
        return removable.entrySet().stream()
                .takeWhile(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The store's own time, as the lease that the caller holds and renews shows it, so that the hosts' clocks don't matter. */
    private Instant now() {
        return metadata.children(LEASES).stream()
                .map(file -> Instant.ofEpochMilli(file.getModificationTime()))
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    /** Removes a run's rows, and what says where they came from. The record of a replaced run stays: it says how they were made. */
    void remove(String run) {
        if (CompactionNote.isOf(run)) {
            String origins = ORIGINS + "/" + FeatureTable.RUN + "=" + run;
            metadata.delete(origins); // first: without the run nothing would remove it
            metadata.abortUploads(origins);
        }
        table.remove(run);
    }
}
