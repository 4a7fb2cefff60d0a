package io.vitrine.index;

import io.vitrine.OutputConflictException;
import io.vitrine.vectors.PathVector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Tasks that find the shard of each vector. */
final class AssignShards {
    private AssignShards() {}

    /** What each shard will hold, from one partition. */
    static final class Contents implements PairFlatMapFunction<Iterator<PathVector>, Integer, ShardContent> {
        private static final long serialVersionUID = 1;
        private final Broadcast<Assignment> assignment;
        private final Metric metric;

        Contents(Broadcast<Assignment> assignment, Metric metric) {
            this.assignment = assignment;
            this.metric = metric;
        }

        @Override
        public Iterator<Tuple2<Integer, ShardContent>> call(Iterator<PathVector> images) {
            Map<Integer, ShardContent> contents = new HashMap<>();
            while (images.hasNext()) {
                PathVector image = images.next();
                float[] vector = metric.prepare(image.vector());
                if (!metric.isInRange(vector)) {
                    throw new OutputConflictException("The vector of " + image.path() + " has a norm above "
                            + Metric.MOST_NORM + ", so its products and distances are no finite numbers of 32 bits."
                            + " Build the index for --metric cosine, or run jobs/extract --force on this image.");
                }
                int shard = assignment.value().shard(vector, image.path());
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
        private final Broadcast<Assignment> assignment;
        private final Metric metric;
        private final Set<Integer> shards;

        Vectors(Broadcast<Assignment> assignment, Metric metric, Set<Integer> shards) {
            this.assignment = assignment;
            this.metric = metric;
            this.shards = Set.copyOf(shards);
        }

        @Override
        public Iterator<Tuple2<ShardKey, LabelledVector>> call(PathVector image) {
            float[] vector = metric.prepare(image.vector());
            int shard = assignment.value().shard(vector, image.path());
            return shards.contains(shard)
                    ? List.of(new Tuple2<>(
                                    new ShardKey(shard, image.path()), new LabelledVector(vector, image.label())))
                            .iterator()
                    : List.<Tuple2<ShardKey, LabelledVector>>of().iterator();
        }
    }
}
