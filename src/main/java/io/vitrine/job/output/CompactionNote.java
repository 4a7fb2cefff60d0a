package io.vitrine.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the record of a compaction says for later runs and readers. A compaction is a run that holds the current rows of other runs,
 * which it replaces. Its record makes it count, so it and the replacement count from one moment on.
 *
 * @param replaces the ids of the runs that it replaces, in order
 * @param keep how long the folders of those runs stay for readers that have begun
 * @param identity how the output's features are made from this compaction on
 */
public record CompactionNote(List<String> replaces, Duration keep, OutputIdentity identity) {
    /** The end of the id of every compaction. */
    public static final String SUFFIX = "-compacted";

    private static final String REPLACES = "replaces";
    private static final String KEEP_SECONDS = "keep_seconds";
    private static final String IDENTITY = "identity";
    private static final ObjectMapper JSON = new ObjectMapper();

    public CompactionNote {
        replaces = List.copyOf(replaces);
    }

    /** Whether a run is a compaction. */
    public static boolean isOf(String run) {
        return run.endsWith(SUFFIX);
    }

    /** Adds this note to the record of the compaction. */
    public void addTo(ObjectNode record) {
        record.set(REPLACES, JSON.valueToTree(replaces));
        record.put(KEEP_SECONDS, keep.toSeconds());
        record.set(IDENTITY, JSON.valueToTree(new TreeMap<>(identity.fields())));
    }

    /**
     * The note in a record; empty if the record is cut, or has none. Then no run is replaced, and readers see the same current rows
     * from more files.
     */
    static Optional<CompactionNote> parse(String record) {
        try {
            JsonNode root = JSON.readTree(record);
            if (!root.path(REPLACES).isArray() || !root.path(IDENTITY).isObject()) {
                return Optional.empty();
            }
            return Optional.of(new CompactionNote(
                    JSON.convertValue(root.path(REPLACES), new TypeReference<List<String>>() {}),
                    Duration.ofSeconds(root.path(KEEP_SECONDS).asLong()),
                    new OutputIdentity(
                            JSON.convertValue(root.path(IDENTITY), new TypeReference<Map<String, String>>() {}))));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
