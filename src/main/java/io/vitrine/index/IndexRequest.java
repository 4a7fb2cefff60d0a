package io.vitrine.index;

import io.vitrine.ConfigurationException;

/**
 * Which index to build. A validated request.
 *
 * @param features the output of {@code jobs/extract}
 * @param column its column of vectors
 * @param metric how vectors are compared
 * @param output the index's folder
 * @param shardVectors the most vectors that a shard is planned for, or {@link #FITTING}; a shard holds at most twice as many
 * @param exactBelow an index of fewer vectors has no graphs
 * @param graph how graphs are built
 */
public record IndexRequest(
        String features,
        String column,
        Metric metric,
        String output,
        int shardVectors,
        long exactBelow,
        GraphSettings graph) {
    /** For {@link #shardVectors}: as many as the memory of executors allows, at most {@link #DEFAULT_SHARD_VECTORS}. */
    public static final int FITTING = 0;

    public static final int DEFAULT_SHARD_VECTORS = 1_000_000;

    /** Executors must have room for shards of as many. */
    static final int LEAST_FITTING = 10_000;

    /** Comparing fewer vectors than these one by one takes tens of milliseconds. */
    public static final long DEFAULT_EXACT_BELOW = 100_000;

    private static final int LEAST = 2;
    private static final int MOST = 100_000_000;

    /** @throws ConfigurationException if a number is out of its range */
    public IndexRequest {
        if (shardVectors != FITTING && (shardVectors < LEAST || shardVectors > MOST)) {
            throw new ConfigurationException("--shard-vectors is " + shardVectors + ", but a shard holds " + LEAST
                    + " to " + MOST + " vectors. Leave it out for as many as fit the executors, at most "
                    + DEFAULT_SHARD_VECTORS + ".");
        }
        if (exactBelow < 0) {
            throw new ConfigurationException("--exact-below is " + exactBelow + ", but it is a number of vectors.");
        }
    }

    /** A request with the defaults of the command line. */
    public static IndexRequest of(String features, String column, Metric metric, String output) {
        return new IndexRequest(features, column, metric, output, FITTING, DEFAULT_EXACT_BELOW, GraphSettings.DEFAULT);
    }

    IndexRequest withShardVectors(int planned) {
        return new IndexRequest(features, column, metric, output, planned, exactBelow, graph);
    }
}
