package io.vitrine.dev.bench;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/** hnswlib-core, which holds everything on the heap. */
final class HnswlibSearch implements SearchEngine {
    private HnswIndex<Integer, float[], NumberedVector, Float> index;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record NumberedVector(Integer id, float[] vector) implements Item<Integer, float[]> {
        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    @Override
    public String name() {
        return "hnswlib-core";
    }

    @Override
    public void build(VectorFile vectors) {
        index = HnswIndex.newBuilder(vectors.dimension(), DistanceFunctions.FLOAT_INNER_PRODUCT, vectors.count())
                .withM(NEIGHBORS / 2)
                .withEfConstruction(BUILD_BEAM)
                .build();
        IntStream.range(0, vectors.count()).parallel().forEach(i -> index.add(item(vectors, i)));
    }

    private static NumberedVector item(VectorFile vectors, int i) {
        try {
            return new NumberedVector(i, vectors.get(i));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Integer> search(float[] query, int top, int beam) {
        index.setEf(beam);
        return index.findNearest(query, top).stream()
                .map(result -> result.item().id())
                .toList();
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
