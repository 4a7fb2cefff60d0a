package io.vitrine.duplicates;

import io.vitrine.ConfigurationException;
import io.vitrine.vectors.ResultFolder.Existing;

/**
 * Which duplicates to look for. A validated request.
 *
 * @param features the output of {@code jobs/extract}
 * @param column its column of vectors
 * @param threshold the least cosine of the angle between vectors of near-duplicates
 * @param output a folder for the groups
 * @param existing what happens if the folder exists
 * @param exactBelow fewer vectors than these are compared each with each; more are clustered first
 * @param blockVectors the most vectors that a task holds in memory; 0 for as many as take 128 MiB
 * @param visits other clusters that a vector is compared with, at most
 */
public record DuplicatesRequest(
        String features,
        String column,
        double threshold,
        String output,
        Existing existing,
        long exactBelow,
        int blockVectors,
        int visits) {
    /** By what 100,000 vectors of 768 dimensions take, a million take about two hours of CPU time. */
    public static final long DEFAULT_EXACT_BELOW = 1_000_000;

    /** For {@link #blockVectors}: as many as take 128 MiB. */
    public static final int BY_MEMORY = 0;

    public static final int DEFAULT_VISITS = 8;

    private static final double LEAST_THRESHOLD = 0.5;
    private static final double MOST_THRESHOLD = 0.9999; // float32 is not sure of more
    private static final long BLOCK_BYTES = 128L << 20;
    private static final int LEAST_BLOCK = 16;

    /** @throws ConfigurationException if a number is out of its range */
    public DuplicatesRequest {
        if (!(threshold >= LEAST_THRESHOLD && threshold <= MOST_THRESHOLD)) {
            throw new ConfigurationException("--threshold is " + threshold + ", but it is a cosine from "
                    + LEAST_THRESHOLD + " to " + MOST_THRESHOLD + ". Start with 0.95.");
        }
        if (exactBelow < 0) {
            throw new ConfigurationException("--exact-below is " + exactBelow + ", but it is a number of vectors.");
        }
        if (blockVectors != BY_MEMORY && blockVectors < LEAST_BLOCK) {
            throw new ConfigurationException("--block-vectors is " + blockVectors + ", but a block holds at least "
                    + LEAST_BLOCK + " vectors. Leave it out for blocks of 128 MiB.");
        }
        if (visits < 0) {
            throw new ConfigurationException("--visits is " + visits
                    + ", but it is a number of clusters. The default is " + DEFAULT_VISITS + ".");
        }
    }

    /** A request with the defaults of the command line. */
    public static DuplicatesRequest of(String features, String column, double threshold, String output) {
        return new DuplicatesRequest(
                features, column, threshold, output, Existing.REFUSE, DEFAULT_EXACT_BELOW, BY_MEMORY, DEFAULT_VISITS);
    }

    /** Vectors of a full block. */
    int blockVectors(int dimension) {
        return blockVectors == BY_MEMORY
                ? (int) Math.max(LEAST_BLOCK, BLOCK_BYTES / Float.BYTES / dimension)
                : blockVectors;
    }
}
