package io.vitrine.index;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** A shard on this host, mapped into memory. Safe for use by several threads. */
abstract sealed class OpenShard implements Closeable permits FlatShard, GraphShard {
    private final PathTable paths;
    private final Optional<PathTable> labels;
    private final Metric metric;

    OpenShard(Texts texts, Metric metric) {
        this.paths = texts.paths();
        this.labels = texts.labels();
        this.metric = metric;
    }

    /** What is known of the vectors, by ordinal. */
    record Texts(PathTable paths, Optional<PathTable> labels) {}

    /** Reads vectors, for one thread. */
    interface Reader extends Closeable {
        void copy(int ordinal, float[] target);
    }

    abstract int size();

    abstract int dimension();

    abstract Reader reader() throws IOException;

    /** Vectors that are near, by a graph if there is one. */
    abstract NearestOrdinals near(float[] query, int top, int beam) throws IOException;

    final Metric metric() {
        return metric;
    }

    /** The nearest vectors of an interval, compared one by one. */
    final NearestOrdinals exact(float[] query, int top, int from, int to) throws IOException {
        NearestOrdinals nearest = new NearestOrdinals(top);
        float[] vector = new float[dimension()];
        try (Reader reader = reader()) {
            for (int ordinal = from; ordinal < to; ordinal++) {
                reader.copy(ordinal, vector);
                nearest.offer(ordinal, metric.score(query, vector));
            }
        }
        return nearest;
    }

    final Hit hit(int ordinal, float score) {
        return new Hit(
                paths.path(ordinal),
                score,
                labels.map(table -> table.path(ordinal)).orElse(""));
    }

    /** The vector of an image, as the index holds it. */
    final Optional<float[]> vector(String path) throws IOException {
        OptionalInt ordinal = paths.ordinal(path);
        if (ordinal.isEmpty()) {
            return Optional.empty();
        }
        float[] vector = new float[dimension()];
        try (Reader reader = reader()) {
            reader.copy(ordinal.getAsInt(), vector);
        }
        return Optional.of(vector);
    }
}
