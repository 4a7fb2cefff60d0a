package io.vitrine.duplicates;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Compares vectors within clusters, and with the clusters near to them. A cluster is one block, or several by the hash of the path if
 * it is too large for one.
 */
final class ClusteredBlocks implements Placement {
    private static final long serialVersionUID = 1;

    private final NearClusters clusters;
    private final int[] parts; // (clusters), odd
    private final int[] firstBlocks; // (clusters)

    /**
     * Blocks of clusters.
     *
     * @param members of each cluster
     * @param most vectors of a block
     */
    ClusteredBlocks(NearClusters clusters, long[] members, int most) {
        this.clusters = clusters;
        this.parts = Arrays.stream(members)
                .mapToInt(count -> Placement.parts(count, most))
                .toArray();
        this.firstBlocks = new int[parts.length];
        for (int i = 1; i < parts.length; i++) {
            firstBlocks[i] = Math.addExact(firstBlocks[i - 1], parts[i - 1]);
        }
    }

    @Override
    public int blocks() {
        int last = parts.length - 1;
        return Math.addExact(firstBlocks[last], parts[last]);
    }

    @Override
    public Place place(String path, float[] unit) {
        NearClusters.Near near = clusters.of(unit);
        int part = Placement.part(path, parts[near.home()]);
        IntStream own = Arrays.stream(Placement.nextHalf(part, parts[near.home()], firstBlocks[near.home()]));
        IntStream others = Arrays.stream(near.others())
                .flatMap(cluster -> IntStream.range(firstBlocks[cluster], firstBlocks[cluster] + parts[cluster]));
        return new Place(
                firstBlocks[near.home()] + part, IntStream.concat(own, others).toArray());
    }
}
