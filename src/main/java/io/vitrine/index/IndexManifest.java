package io.vitrine.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.OutputConflictException;
import io.vitrine.vectors.VectorSource;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an index holds. Exactly the files that its newest manifest names are the index.
 *
 * @param version of the files; {@value #VERSION}
 * @param id greater than those of earlier builds
 * @param source the vectors and how they were made
 * @param newestRun the newest run of the output that was read
 * @param metric how vectors are compared
 * @param structure of all shards
 * @param graph how graphs are built
 * @param vectors in all shards
 * @param shardVectors the most that a shard was planned for
 * @param centers of the shards, by number
 * @param shards those with vectors, by number
 * @param labelColumn the output's column that labels come from; empty if there are none
 */
public record IndexManifest(
        int version,
        String id,
        VectorSource source,
        String newestRun,
        Metric metric,
        Structure structure,
        GraphSettings graph,
        long vectors,
        int shardVectors,
        List<float[]> centers,
        List<Shard> shards,
        String labelColumn) {
    static final int VERSION = 1;

    /** Refuses a manifest that lacks a part, or whose parts contradict each other. Those of earlier builds do not speak of labels. */
    public IndexManifest {
        labelColumn = labelColumn == null ? "" : labelColumn;
        require(id, "id");
        require(source, "source");
        require(newestRun, "newest_run");
        require(metric, "metric");
        require(structure, "structure");
        require(graph, "graph");
        for (float[] center : require(centers, "centers")) {
            if (center == null || center.length != source.dimension()) {
                throw new OutputConflictException(
                        "A center has not the " + source.dimension() + " dimensions of vectors");
            }
        }
        long sum = require(shards, "shards").stream().mapToLong(Shard::vectors).sum();
        if (sum != vectors) {
            throw new OutputConflictException("The shards hold " + sum + " vectors in all, not " + vectors);
        }
    }

    private static <T> T require(T part, String name) {
        if (part == null) {
            throw new OutputConflictException("A manifest needs " + name);
        }
        return part;
    }

    /** Whether images have labels. */
    public boolean hasLabels() {
        return !labelColumn.isEmpty();
    }

    /** What a shard's file of vectors is. */
    public enum Structure {
        /** Vectors in a row: a search compares all of them. */
        FLAT("vectors"),
        /** JVector's graph with its vectors. */
        GRAPH("graph");

        private final String suffix;

        Structure(String suffix) {
            this.suffix = suffix;
        }

        String suffix() {
            return suffix;
        }
    }

    /**
     * A shard: {@code shards/NAME.vectors} or {@code .graph}, {@code shards/NAME.paths} and, with labels, {@code shards/NAME.labels}.
     *
     * @param number of its centre
     * @param content tells whether the shard's paths and vectors are those of another build
     * @param bytes of all its files
     */
    public record Shard(int number, String name, long vectors, String content, long bytes) implements Serializable {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");

        /** Refuses names that would lead out of the index. */
        public Shard {
            if (!NAME.matcher(name).matches()) {
                throw new OutputConflictException(
                        "A manifest names the shard '" + name + "', which no build does. Build the index again.");
            }
        }
    }

    private static ObjectMapper mapper() {
        return new ObjectMapper()
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    }

    /** What opening one shard takes: this manifest with that shard, and without centres. */
    IndexManifest only(Shard shard) {
        return new IndexManifest(
                version,
                id,
                source,
                newestRun,
                metric,
                structure,
                graph,
                shard.vectors(),
                shardVectors,
                List.of(),
                List.of(shard),
                labelColumn);
    }

    String json() {
        try {
            return mapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // records of texts and numbers
        }
    }

    /** @throws OutputConflictException if it is damaged or of a later version */
    static IndexManifest parse(String json, Object place) {
        try {
            IndexManifest manifest = mapper().readValue(json, IndexManifest.class);
            if (manifest == null) { // the text null
                throw new OutputConflictException(
                        place + " is damaged: it is empty. Remove it: the build before counts then,"
                                + " and jobs/index brings it up to date.");
            }
            if (manifest.version != VERSION) {
                throw new OutputConflictException(place + " is of version " + manifest.version + ", this program reads "
                        + VERSION + ". Use the program that wrote it, or build the index again at another --output.");
            }
            return manifest;
        } catch (JsonProcessingException e) {
            throw new OutputConflictException(
                    place + " is damaged (" + e.getOriginalMessage()
                            + "). Remove it: the build before counts then, and jobs/index brings it up to date.",
                    e);
        }
    }
}
