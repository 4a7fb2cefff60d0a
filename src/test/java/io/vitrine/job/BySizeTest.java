package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BySizeTest {
    @Test
    void slicesAreAboutAsLargeAsAskedForThoughPathsAreAlike() {
        List<Integer> sizes = List.of(4000, 4000, 1000, 500, 500);
        BySize slices = new BySize(sizes);
        int[] counts = new int[slices.numPartitions()];
        for (int i = 0; i < 10_000; i++) {
            counts[slices.getPartition(String.format("s3a://bucket/photos/%06d.jpg", i))]++;
        }
        for (int i = 0; i < counts.length; i++) {
            assertThat((double) counts[i]).isCloseTo(sizes.get(i), within(4 * Math.sqrt(sizes.get(i))));
        }
    }

    @Test
    void oneSliceTakesAll() {
        BySize slice = new BySize(List.of(3));
        for (String path : List.of("", "a", "file:/b")) {
            assertThat(slice.getPartition(path)).isZero();
        }
    }
}
