package io.vitrine.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.OutputConflictException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How rows were made: metadata, and the runs that made them so.
 *
 * @param runs the runs that made rows; never a compaction
 * @param metadata keys {@code vitrine.*} and their values
 */
record MadeBy(TreeSet<String> runs, Map<String, String> metadata) {
    /** The run that wrote a file. */
    static final String RUN = "vitrine.run";

    /** In the files of a compaction: a list of {@link MadeBy}, whose metadata holds what differs between them. */
    static final String ORIGINS = "vitrine.origins";

    private static final String MODEL = "vitrine.model";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the footers of one kind of files say. Those of a compaction tell of the runs that it replaced. */
    static List<MadeBy> ofFooter(Collection<String> runs, Map<String, String> footer) {
        String origins = footer.get(ORIGINS);
        if (origins == null) {
            return List.of(new MadeBy(new TreeSet<>(runs), footer));
        }
        List<MadeBy> all = new ArrayList<>();
        for (MadeBy part : parse(origins, runs)) {
            Map<String, String> metadata = new TreeMap<>(footer);
            metadata.remove(ORIGINS);
            metadata.putAll(part.metadata);
            all.add(new MadeBy(part.runs, metadata));
        }
        return all;
    }

    private static List<MadeBy> parse(String origins, Collection<String> runs) {
        try {
            return JSON.readValue(origins, new TypeReference<List<MadeBy>>() {});
        } catch (JsonProcessingException e) {
            throw new OutputConflictException(
                    "A file of run " + runs.iterator().next() + " has the metadata " + ORIGINS
                            + ", which is damaged. Bring the file back.",
                    e);
        }
    }

    /** Puts entries of the same metadata together. */
    static List<MadeBy> distinct(Collection<MadeBy> all) {
        Map<Map<String, String>, MadeBy> distinct = new LinkedHashMap<>();
        for (MadeBy part : all) {
            distinct.computeIfAbsent(part.metadata, metadata -> new MadeBy(new TreeSet<>(), metadata))
                    .runs
                    .addAll(part.runs);
        }
        return List.copyOf(distinct.values());
    }

    /**
     * Where the newest run of {@code all} had its checkpoint from: nights may name the same one differently. The newest that says
     * so; an empty text if none does.
     */
    static String newestModel(List<MadeBy> all) {
        return all.stream()
                .filter(part -> part.metadata.containsKey(MODEL) && !part.runs.isEmpty())
                .max(Comparator.comparing(part -> part.runs.last()))
                .map(part -> part.metadata.get(MODEL))
                .orElse("");
    }

    /** The footer of files with rows of all these: what they have in common, and {@link #ORIGINS}. */
    static Map<String, String> footer(String run, List<MadeBy> all) {
        Map<String, String> common = new TreeMap<>();
        if (!all.isEmpty()) {
            common.putAll(all.get(0).metadata);
            all.forEach(part -> common.entrySet().retainAll(part.metadata.entrySet()));
        }
        List<MadeBy> origins = all.stream()
                .map(part -> {
                    Map<String, String> different = new TreeMap<>(part.metadata);
                    different.keySet().removeAll(common.keySet());
                    return new MadeBy(part.runs, different);
                })
                .toList();
        Map<String, String> footer = new TreeMap<>(common);
        footer.put(RUN, run);
        footer.put(ORIGINS, json(origins));
        return footer;
    }

    /** How rows were made, as JSON. */
    static String json(List<MadeBy> all) {
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // strings
        }
    }
}
