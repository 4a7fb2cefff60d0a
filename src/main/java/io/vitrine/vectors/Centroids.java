package io.vitrine.vectors;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The centres of clusters, such as the shards of an index. A vector belongs to the cluster of the nearest one.
 *
 * @param centers (clusters, dimension)
 */
public record Centroids(List<float[]> centers) implements Serializable {
    private static final int ROUNDS = 12;
    private static final long SEED = 1;

    /**
     * Cuts a sample by two-means until each part stands for at most {@code most} vectors. The same sample gives the same centres.
     *
     * @param sample at least one vector
     * @param total vectors that the sample stands for
     */
    public static Centroids of(List<float[]> sample, long total, long most) {
        Random random = new Random(SEED);
        double perSample = (double) total / sample.size();
        List<float[]> centers = new ArrayList<>();
        List<List<float[]>> open = new ArrayList<>(List.of(sample));
        while (!open.isEmpty()) {
            List<float[]> part = open.remove(open.size() - 1);
            List<List<float[]>> halves =
                    part.size() * perSample > most && part.size() > 1 ? halves(part, random) : List.of(part);
            if (halves.size() == 1) { // small enough, or of equal vectors
                centers.add(mean(part));
            } else {
                open.addAll(halves);
            }
        }
        return new Centroids(List.copyOf(centers));
    }

    private static List<List<float[]>> halves(List<float[]> part, Random random) {
        float[] left = part.get(random.nextInt(part.size()));
        float[] right = farthest(part, left);
        List<List<float[]>> halves = List.of(part);
        for (int round = 0; round < ROUNDS; round++) {
            List<float[]> lefts = new ArrayList<>();
            List<float[]> rights = new ArrayList<>();
            for (float[] vector : part) {
                (Distances.squared(vector, left) <= Distances.squared(vector, right) ? lefts : rights).add(vector);
            }
            if (lefts.isEmpty() || rights.isEmpty()) {
                return halves;
            }
            halves = List.of(lefts, rights);
            left = mean(lefts);
            right = mean(rights);
        }
        return halves;
    }

    private static float[] farthest(List<float[]> part, float[] from) {
        float[] farthest = from;
        float most = -1;
        for (float[] vector : part) {
            float distance = Distances.squared(vector, from);
            if (distance > most) {
                most = distance;
                farthest = vector;
            }
        }
        return farthest;
    }

    private static float[] mean(List<float[]> part) {
        double[] sum = new double[part.get(0).length];
        for (float[] vector : part) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / part.size());
        }
        return mean;
    }

    public int count() {
        return centers.size();
    }

    /** The cluster of a vector: of the nearest centre, and of several the first. */
    public int nearest(float[] vector) {
        int nearest = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < centers.size(); i++) {
            float distance = Distances.squared(vector, centers.get(i));
            if (distance < least) {
                least = distance;
                nearest = i;
            }
        }
        return nearest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Centroids that && Arrays.deepEquals(centers.toArray(), that.centers.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(centers.toArray());
    }
}
