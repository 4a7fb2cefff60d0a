package io.vitrine.duplicates;

import io.vitrine.vectors.PathVector;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/**
 * How many vectors clusters have.
 *
 * @param members of each cluster
 * @param incomplete vectors of all clusters that would have to visit more clusters than they may
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClusterSizes(long[] members, long incomplete) implements Serializable {

    ClusterSizes plus(ClusterSizes other) {
        long[] sum = members.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.members[i];
        }
        return new ClusterSizes(sum, incomplete + other.incomplete);
    }

    /** A task: counts its partition. */
    static final class Count implements FlatMapFunction<Iterator<PathVector>, ClusterSizes> {
        private static final long serialVersionUID = 1;
        private final Broadcast<NearClusters> clusters;

        Count(Broadcast<NearClusters> clusters) {
            this.clusters = clusters;
        }

        @Override
        public Iterator<ClusterSizes> call(Iterator<PathVector> images) {
            NearClusters near = clusters.value();
            long[] members = new long[near.centroids().count()];
            long incomplete = 0;
            while (images.hasNext()) {
                float[] unit = UnitVector.of(images.next().vector());
                if (UnitVector.hasDirection(unit)) {
                    NearClusters.Near found = near.of(unit);
                    members[found.home()]++;
                    incomplete += found.isComplete() ? 0 : 1;
                }
            }
            return List.of(new ClusterSizes(members, incomplete)).iterator();
        }
    }
}
