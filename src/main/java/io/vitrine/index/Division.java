package io.vitrine.index;

import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.VectorRows;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * An output's vectors as they are divided into shards.
 *
 * @param centroids by shard
 * @param assignment of vectors to shards, for tasks
 * @param contents of the shards that are not empty
 */
record Division(Centroids centroids, Broadcast<Assignment> assignment, Map<Integer, ShardContent> contents) {

    /**
     * Divides vectors. Where a centre has more vectors than {@code most}, it gets several shards, and everything is counted again.
     *
     * @param most vectors of a shard
     */
    static Division of(
            JavaSparkContext context, CurrentVectors vectors, Metric metric, Centroids centroids, long most) {
        Division division = of(context, vectors, metric, centroids);
        Centroids divided = division.assignment.value().divided(division.contents, most);
        return divided.equals(centroids) ? division : of(context, vectors, metric, divided);
    }

    private static Division of(JavaSparkContext context, CurrentVectors vectors, Metric metric, Centroids centroids) {
        Broadcast<Assignment> assignment = context.broadcast(new Assignment(centroids));
        Map<Integer, ShardContent> contents = VectorRows.of(vectors.rows())
                .mapPartitionsToPair(new AssignShards.Contents(assignment, metric))
                .reduceByKey(ShardContent::add) // partitions times shards would be too much for the driver
                .collectAsMap();
        return new Division(centroids, assignment, contents);
    }
}
