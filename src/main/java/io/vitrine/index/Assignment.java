package io.vitrine.index;

import io.vitrine.vectors.Centroids;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which shard a vector belongs to: that of the nearest centre. A centre that stands several times in a row has several shards, among
 * which a hash of the path divides its vectors. That bounds a shard even where centres can't tell vectors apart: a catalog may hold
 * any number of equal ones.
 */
final class Assignment implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int MIXER = 0x9E3779B1;

    private final Centroids distinct;
    private final int[] firsts; // (distinct + 1): the first shard of each distinct centre, then the number of shards

    Assignment(Centroids centroids) {
        List<float[]> all = centroids.centers();
        List<float[]> centers = new ArrayList<>();
        int[] starts = new int[all.size() + 1];
        for (int i = 0; i < all.size(); i++) {
            if (i == 0 || !Arrays.equals(all.get(i - 1), all.get(i))) {
                starts[centers.size()] = i;
                centers.add(all.get(i));
            }
        }
        starts[centers.size()] = all.size();
        this.distinct = new Centroids(List.copyOf(centers));
        this.firsts = Arrays.copyOf(starts, centers.size() + 1);
    }

    /** The shard of a prepared vector. */
    int shard(float[] vector, String path) {
        int center = distinct.nearest(vector);
        int shards = firsts[center + 1] - firsts[center];
        return firsts[center] + (shards == 1 ? 0 : Math.floorMod((path.hashCode() * MIXER) >>> 8, shards));
    }

    /**
     * The same centres, those whose shards hold more than {@code most} vectors often enough for half as many.
     *
     * @param contents of the shards that are not empty
     */
    Centroids divided(Map<Integer, ShardContent> contents, long most) {
        List<float[]> centers = new ArrayList<>();
        for (int center = 0; center < distinct.count(); center++) {
            long sum = 0;
            long largest = 0;
            for (int shard = firsts[center]; shard < firsts[center + 1]; shard++) {
                long vectors = contents.containsKey(shard) ? contents.get(shard).vectors() : 0;
                sum += vectors;
                largest = Math.max(largest, vectors);
            }
            long half = Math.max(1, most / 2);
            long shards = largest > most ? (sum + half - 1) / half : firsts[center + 1] - firsts[center];
            for (long i = 0; i < shards; i++) {
                centers.add(distinct.centers().get(center));
            }
        }
        return new Centroids(List.copyOf(centers));
    }
}
