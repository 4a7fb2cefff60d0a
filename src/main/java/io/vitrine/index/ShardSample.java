package io.vitrine.index;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.PathVector;
import io.vitrine.vectors.VectorRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Chooses the centres of shards from a sample of the vectors: those whose paths have certain hashes, so the same every time. */
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
        Dataset<Row> sample = vectors.rows();
        if (total > wanted) {
            sample = sample.where(
                    pmod(xxhash64(col(CurrentVectors.PATH)), lit(total)).lt(wanted));
        }
        List<PathVector> images = new ArrayList<>(VectorRows.of(sample).collect());
        images.sort(Comparator.comparing(PathVector::path));
        return Centroids.of(
                images.stream()
                        .map(image -> request.metric().prepare(image.vector()))
                        .toList(),
                total,
                request.shardVectors());
    }
}
