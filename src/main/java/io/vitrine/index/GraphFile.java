package io.vitrine.index;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.disk.GraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.GraphIndexWriterTypes;
import io.github.jbellis.jvector.graph.disk.feature.Feature;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.InlineVectors;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;

/** Builds the graph of a shard: JVector's file, with each vector in full next to its neighbours. */
final class GraphFile {
    private static final float OVERFLOW =
            1.2f; // neighbours of a vector while the graph is built, over those at the end
    private static final float ALPHA = 1.2f; // how much longer an edge may be than a way around it

    private GraphFile() {}

    /**
     * Builds and writes a graph. Distances are exact: the vectors are mapped, and only the edges are on the heap (about 6 bytes for
     * each neighbour).
     *
     * @param threads that insert vectors at once
     */
    static void write(Path file, MappedVectors mapped, Metric metric, GraphSettings settings, int threads)
            throws IOException {
        BuildVectors vectors = new BuildVectors(mapped);
        BuildScoreProvider scores = metric.buildScores(vectors);
        ForkJoinPool pool = new ForkJoinPool(threads);
        try (GraphIndexBuilder builder = GraphIndexBuilder.builder(scores, mapped.dimension(), settings.degree())
                .withBeamWidth(settings.beam())
                .withNeighborOverflow(OVERFLOW)
                .withAlpha(ALPHA)
                .withSimdExecutor(pool)
                .withParallelExecutor(pool)
                .build()) {
            ImmutableGraphIndex graph = builder.build(vectors);
            try (GraphIndexWriter writer = GraphIndexWriter.getBuilderFor(
                            GraphIndexWriterTypes.RANDOM_ACCESS, graph, file)
                    .with(new InlineVectors(mapped.dimension()))
                    .build()) {
                Map<FeatureId, IntFunction<Feature.State>> features = new EnumMap<>(FeatureId.class);
                features.put(FeatureId.INLINE_VECTORS, ordinal -> new InlineVectors.State(vectors.getVector(ordinal)));
                writer.write(features);
            }
        } finally {
            pool.shutdown();
        }
    }
}
