package io.vitrine.job.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.Partitioner;

/**
 * Partitions of about the given sizes. A row's partition follows from a hash of its path, so it does not depend on the order in
 * which a table is read, and rows of one path are in one partition.
 */
final class WeightedPartitioner extends Partitioner {
    private static final long serialVersionUID = 1;

    private final double[] ends; // of the partitions, on a scale from 0 to 1

    WeightedPartitioner(List<Integer> sizes) {
        double total = sizes.stream().mapToLong(Integer::longValue).sum();
        ends = new double[sizes.size()];
        long sum = 0;
        for (int i = 0; i < ends.length; i++) {
            sum += sizes.get(i);
            ends[i] = sum / total;
        }
    }

    @Override
    public int numPartitions() {
        return ends.length;
    }

    @Override
    public int getPartition(Object key) {
        Object path = key instanceof ReadPlace place ? place.segment() : key;
        int found = Arrays.binarySearch(ends, position(Objects.hashCode(path)));
        return Math.min(found >= 0 ? found + 1 : -found - 1, ends.length - 1);
    }

    /** From 0 to 1. Hash codes of similar paths are similar; MurmurHash3's finalizer spreads them. */
    private static double position(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        mixed ^= mixed >>> 16;
        return (mixed >>> 1) / (double) (1L << 31);
    }
}
