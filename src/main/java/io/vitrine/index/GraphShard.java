package io.vitrine.index;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.nio.file.Path;

/** A shard with a graph, whose file holds the vectors too. */
final class GraphShard extends OpenShard {
    private final ReaderSupplier file;
    private final OnDiskGraphIndex graph;

    GraphShard(Path file, PathTable paths, Metric metric) throws IOException {
        super(paths, metric);
        this.file = new MappedFile(file);
        this.graph = OnDiskGraphIndex.load(this.file);
    }

    @Override
    int size() {
        return graph.size(0);
    }

    @Override
    int dimension() {
        return graph.getDimension();
    }

    @Override
    Reader reader() throws IOException {
        OnDiskGraphIndex.View view = graph.getView();
        return new Reader() {
            private float[] wrapped = new float[0];
            private VectorFloat<?> vector = BuildVectors.of(wrapped);

            @Override
            public void copy(int ordinal, float[] target) {
                if (wrapped != target) {
                    wrapped = target;
                    vector = BuildVectors.of(target);
                }
                view.getVectorInto(ordinal, vector, 0);
            }

            @Override
            public void close() throws IOException {
                view.close();
            }
        };
    }

    @Override
    NearestOrdinals near(float[] query, int top, int beam) throws IOException {
        int kept = Math.min(size(), Math.max(top, beam));
        NearestOrdinals nearest = new NearestOrdinals(top);
        try (GraphSearcher searcher = new GraphSearcher(graph);
                Reader reader = reader()) {
            RandomAccessVectorValues vectors = (RandomAccessVectorValues) searcher.getView();
            SearchResult result =
                    searcher.search(metric().searchScores(BuildVectors.of(query), vectors), kept, kept, 0, 0, Bits.ALL);
            float[] vector = new float[dimension()];
            for (SearchResult.NodeScore node : result.getNodes()) {
                reader.copy(node.node, vector);
                nearest.offer(node.node, metric().score(query, vector));
            }
        }
        return nearest;
    }

    @Override
    public void close() throws IOException {
        graph.close();
        file.close();
    }
}
