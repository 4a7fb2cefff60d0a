package io.vitrine.index;

import io.vitrine.ConfigurationException;
import java.io.Serializable;

/** How an index is searched. */
public sealed interface SearchMode extends Serializable {
    /** Compares every vector. The answer is the same for every division into shards. */
    record Exact() implements SearchMode {}

    /**
     * Follows the graphs, and compares exactly what it finds. An index without graphs is searched exactly.
     *
     * @param beam candidates that are kept in each shard; more find more, and take longer
     */
    record Graph(int beam) implements SearchMode {
        /** @throws ConfigurationException if there are no candidates, or too many */
        public Graph {
            if (beam < 1 || beam > 1_000_000) {
                throw new ConfigurationException("--beam is " + beam
                        + ", but a search keeps 1 to 1000000 candidates. The default is " + DEFAULT_BEAM + ".");
            }
        }
    }

    /** See PERFORMANCE.md for the recall it gives. */
    int DEFAULT_BEAM = 400;

    /** The way of the command line. */
    SearchMode DEFAULT = new Graph(DEFAULT_BEAM);

    /** Compares every vector. */
    SearchMode EXACT = new Exact();
}
