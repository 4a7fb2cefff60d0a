package io.vitrine.compact;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the footers of source files say, together: how their features were made, and the columns. Runs of the same facts share one
 * entry, so that it stays small for thousands of files.
 */
final class SourceFacts implements Serializable {
    private static final long serialVersionUID = 1;

    private final Map<Map<String, String>, TreeSet<String>> runsByMetadata = new HashMap<>();
    private final Map<String, String> schemas = new TreeMap<>();
    private long largestRow;
    private long rows;
    private final Map<String, Long> bytesByColumn = new TreeMap<>();

    /**
     * Adds a file.
     *
     * @param metadata the keys {@code vitrine.*} of its footer, without the run; empty if another program rewrote the file
     * @param schema of Spark, as JSON
     * @param fileRows the rows of the file
     * @param rowBytes of a row of its largest row group, before compression, on average
     */
    void add(String run, Map<String, String> metadata, String schema, long fileRows, long rowBytes) {
        runsByMetadata.computeIfAbsent(metadata, unused -> new TreeSet<>()).add(run);
        schemas.merge(schema, run, (a, b) -> a.compareTo(b) >= 0 ? a : b);
        largestRow = Math.max(largestRow, rowBytes);
        rows += fileRows;
    }

    /** Adds the bytes of a column in a file, compressed. */
    void addBytes(String column, long bytes) {
        bytesByColumn.merge(column, bytes, Long::sum);
    }

    /** Adds what another task found. */
    SourceFacts plus(SourceFacts other) {
        other.runsByMetadata.forEach((metadata, runs) -> runsByMetadata
                .computeIfAbsent(metadata, unused -> new TreeSet<>())
                .addAll(runs));
        other.schemas.forEach((schema, run) -> schemas.merge(schema, run, (a, b) -> a.compareTo(b) >= 0 ? a : b));
        largestRow = Math.max(largestRow, other.largestRow);
        rows += other.rows;
        other.bytesByColumn.forEach(this::addBytes);
        return this;
    }

    /** The runs of each set of metadata. */
    Map<Map<String, String>, ? extends Set<String>> runsByMetadata() {
        return runsByMetadata;
    }

    /** Spark's schemas as JSON, and the newest run that has a file with it. */
    Map<String, String> schemas() {
        return schemas;
    }

    /** Bytes of columns in all files, compressed. */
    long bytes(Collection<String> columns) {
        return columns.stream()
                .mapToLong(name -> bytesByColumn.getOrDefault(name, 0L))
                .sum();
    }

    /** Rows of all files. */
    long rows() {
        return rows;
    }

    /** Bytes of a row, before compression: the largest average of a row group. */
    long largestRow() {
        return largestRow;
    }
}
