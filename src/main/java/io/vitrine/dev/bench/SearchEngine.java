package io.vitrine.dev.bench;

import java.io.IOException;
import java.util.List;

/** An index of the vectors of a benchmark. */
interface SearchEngine extends AutoCloseable {
    int NEIGHBORS = 32;
    int BUILD_BEAM = 100;

    String name();

    void build(VectorFile vectors) throws IOException;

    /**
     * The numbers of the nearest vectors.
     *
     * @param beam candidates that are kept
     */
    List<Integer> search(float[] query, int top, int beam) throws IOException;

    /** Bytes on disk. */
    long bytes() throws IOException;

    @Override
    void close() throws IOException;
}
