package io.vitrine.duplicates;

import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.Distances;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The clusters in which a vector's near-duplicates can be. A vector of the cluster of centre b is nearer to b than to a, so it is
 * beyond the plane between them. A vector of the cluster of a that is farther from this plane than near-duplicates are from each other
 * has none in the cluster of b. In many dimensions planes are near to most vectors, so the number of clusters has a limit; a vector
 * that would need more is not {@linkplain Near#isComplete complete}.
 *
 * @param centroids of the clusters
 * @param threshold the least cosine of near-duplicates
 * @param most other clusters
 */
record NearClusters(Centroids centroids, double threshold, int most) implements Serializable {
    /** Of distances in float32. */
    private static final double TOLERANCE = 1e-3;

    /**
     * The clusters of a vector.
     *
     * @param home its own
     * @param others those that it visits, the likeliest first
     * @param isComplete whether all its near-duplicates are in these clusters or visit its own
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Near(int home, int[] others, boolean isComplete) {}

    private record Candidate(int cluster, double toPlane) {}

    /** The clusters of a vector of norm 1. */
    Near of(float[] unit) {
        int clusters = centroids.count();
        float[] squares = new float[clusters];
        int home = 0;
        for (int i = 0; i < clusters; i++) {
            squares[i] = Distances.squared(unit, centroids.centers().get(i));
            if (squares[i] < squares[home]) {
                home = i;
            }
        }
        double reach = Math.sqrt(2 - 2 * threshold);
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < clusters; i++) {
            // The centres are at most the sum of both distances apart: this spares most of their own distances.
            if (i != home && Math.sqrt(squares[i]) - Math.sqrt(squares[home]) <= 2 * reach + TOLERANCE) {
                double apart = Math.sqrt(Distances.squared(
                        centroids.centers().get(home), centroids.centers().get(i)));
                double difference = squares[i] - squares[home];
                if (difference <= 2 * reach * apart + TOLERANCE) {
                    candidates.add(new Candidate(i, difference / Math.max(apart, TOLERANCE)));
                }
            }
        }
        candidates.sort(Comparator.comparingDouble(Candidate::toPlane).thenComparingInt(Candidate::cluster));
        int[] others =
                candidates.stream().limit(most).mapToInt(Candidate::cluster).toArray();
        return new Near(home, others, others.length == candidates.size());
    }
}
