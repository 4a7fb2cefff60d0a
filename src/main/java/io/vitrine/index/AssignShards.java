package io.vitrine.index;

import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.PathVector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Tasks that find the shard of each vector. */
final class AssignShards {
    private AssignShards() {}

    /** What each shard will hold, from one partition. */
    static final class Contents implements FlatMapFunction<Iterator<PathVector>, Tuple2<Integer, ShardContent>> {
        private static final long serialVersionUID = 1;
        private final Broadcast<Centroids> centroids;
        private final Metric metric;

        Contents(Broadcast<Centroids> centroids, Metric metric) {
            this.centroids = centroids;
            this.metric = metric;
        }

        @Override
        public Iterator<Tuple2<Integer, ShardContent>> call(Iterator<PathVector> images) {
            Map<Integer, ShardContent> contents = new HashMap<>();
            while (images.hasNext()) {
                PathVector image = images.next();
                int shard = centroids.value().nearest(metric.prepare(image.vector()));
                contents.computeIfAbsent(shard, number -> new ShardContent()).add(image);
            }
            return contents.entrySet().stream()
                    .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
                    .iterator();
        }
    }

    /** The prepared vectors of the shards that are built. */
    static final class Vectors implements PairFlatMapFunction<PathVector, ShardKey, LabelledVector> {
        private static final long serialVersionUID = 1;
        private final Broadcast<Centroids> centroids;
        private final Metric metric;
        private final Set<Integer> shards;

        Vectors(Broadcast<Centroids> centroids, Metric metric, Set<Integer> shards) {
            this.centroids = centroids;
            this.metric = metric;
            this.shards = Set.copyOf(shards);
        }

        @Override
        public Iterator<Tuple2<ShardKey, LabelledVector>> call(PathVector image) {
            float[] vector = metric.prepare(image.vector());
            int shard = centroids.value().nearest(vector);
            return shards.contains(shard)
                    ? List.of(new Tuple2<>(
                                    new ShardKey(shard, image.path()), new LabelledVector(vector, image.label())))
                            .iterator()
                    : List.<Tuple2<ShardKey, LabelledVector>>of().iterator();
        }
    }
}
