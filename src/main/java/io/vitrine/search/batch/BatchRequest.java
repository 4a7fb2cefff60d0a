package io.vitrine.search.batch;

import io.vitrine.ConfigurationException;
import io.vitrine.index.SearchMode;
import io.vitrine.vectors.ResultFolder.Existing;

/**
 * Which queries to answer, from which index. A validated request.
 *
 * @param index the index's folder
 * @param queries an output of {@code jobs/extract}, or a table with paths and perhaps vectors
 * @param top how many images to find for each query
 * @param mode how the index is searched
 * @param output a folder for the answers
 * @param existing what happens if that folder exists
 * @param cache a folder on each host for copies of shards that are not on a local file system
 */
public record BatchRequest(
        String index, String queries, int top, SearchMode mode, String output, Existing existing, String cache) {
    private static final int MOST = 10_000;

    /** @throws ConfigurationException if {@code top} is out of its range */
    public BatchRequest {
        if (top < 1 || top > MOST) {
            throw new ConfigurationException(
                    "--top is " + top + ", but a search of a table finds 1 to " + MOST + " images for each query.");
        }
    }
}
