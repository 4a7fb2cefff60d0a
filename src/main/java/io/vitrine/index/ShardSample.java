package io.vitrine.index;

import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.PathVector;
import io.vitrine.vectors.VectorSample;
import java.util.List;

/** Chooses the centres of shards from a sample of the vectors, the same every time. */
final class ShardSample {
    private static final int PER_SHARD = 256;
    private static final int LEAST = 4_096;
    private static final int MOST = 50_000; // 150 MB of 768 dimensions on the driver

    private final CurrentVectors vectors;
    private final IndexRequest request;

    ShardSample(CurrentVectors vectors, IndexRequest request) {
        this.vectors = vectors;
        this.request = request;
    }

    /** @param total vectors, more than none */
    Centroids centroids(long total) {
        if (total <= request.shardVectors()) {
            return new Centroids(List.of(new float[vectors.source().dimension()])); // one shard, wherever its centre is
        }
        long shards = (total + request.shardVectors() - 1) / request.shardVectors();
        long wanted = Math.min(MOST, Math.max(LEAST, PER_SHARD * shards));
        List<PathVector> images = VectorSample.of(vectors.rows(), total, wanted);
        return Centroids.of(
                images.stream()
                        .map(image -> request.metric().prepare(image.vector()))
                        .toList(),
                total,
                request.shardVectors());
    }
}
