package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WeightedPartitionerTest {
    @Test
    void similarPathsFillPartitionsInProportionToTheirSizes() {
        List<Integer> sizes = List.of(4000, 4000, 1000, 500, 500);
        WeightedPartitioner partitioner = new WeightedPartitioner(sizes);
        int[] counts = new int[partitioner.numPartitions()];
        for (int i = 0; i < 10_000; i++) {
            counts[partitioner.getPartition(String.format("s3a://bucket/photos/%06d.jpg", i))]++;
        }
        for (int i = 0; i < counts.length; i++) {
            assertThat((double) counts[i]).isCloseTo(sizes.get(i), within(4 * Math.sqrt(sizes.get(i))));
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a", "file:/b"})
    void everyPathAndNullAreAlwaysInTheSamePartition(String path) {
        List<Integer> sizes = List.of(5, 3, 2);
        int partition = new WeightedPartitioner(sizes).getPartition(path);
        assertThat(partition).isBetween(0, 2).isEqualTo(new WeightedPartitioner(sizes).getPartition(path));
    }
}
