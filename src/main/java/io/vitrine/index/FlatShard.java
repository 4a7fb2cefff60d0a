package io.vitrine.index;

import java.io.IOException;

/** A shard without a graph. */
final class FlatShard extends OpenShard {
    private final MappedVectors vectors;

    FlatShard(MappedVectors vectors, Texts texts, Metric metric) {
        super(texts, metric);
        this.vectors = vectors;
    }

    @Override
    int size() {
        return vectors.size();
    }

    @Override
    int dimension() {
        return vectors.dimension();
    }

    @Override
    Reader reader() {
        return new Reader() {
            @Override
            public void copy(int ordinal, float[] target) {
                vectors.copy(ordinal, target);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    NearestOrdinals near(float[] query, int top, int beam) throws IOException {
        return exact(query, top, 0, size());
    }

    @Override
    public void close() {}
}
