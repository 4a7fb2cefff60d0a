package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WeightedPartitionerTest {
    @Test
    void slicesAreAboutAsLargeAsAskedForThoughPathsAreAlike() {
        List<Integer> sizes = List.of(4000, 4000, 1000, 500, 500);
        WeightedPartitioner slices = new WeightedPartitioner(sizes);
        int[] counts = new int[slices.numPartitions()];
        for (int i = 0; i < 10_000; i++) {
            counts[slices.getPartition(String.format("s3a://bucket/photos/%06d.jpg", i))]++;
        }
        for (int i = 0; i < counts.length; i++) {
            assertThat((double) counts[i]).isCloseTo(sizes.get(i), within(4 * Math.sqrt(sizes.get(i))));
        }
    }

    @Test
    void aPathIsAlwaysInTheSameSliceAndNoneIsInOneToo() {
        List<Integer> sizes = List.of(5, 3, 2);
        for (String path : new String[] {null, "", "a", "file:/b"}) {
            int slice = new WeightedPartitioner(sizes).getPartition(path);
            assertThat(slice).isBetween(0, 2).isEqualTo(new WeightedPartitioner(sizes).getPartition(path));
        }
    }
}
