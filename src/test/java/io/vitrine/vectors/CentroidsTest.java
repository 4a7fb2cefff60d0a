package io.vitrine.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The division of a sample into shards. */
final class CentroidsTest {
    private static List<float[]> sample(int size) {
        Random random = new Random(3);
        List<float[]> sample = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            sample.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian(), i % 3});
        }
        return sample;
    }

    @Test
    void noShardIsMuchLargerThanPlanned() {
        List<float[]> sample = sample(2_000);
        Centroids centroids = Centroids.of(sample, 20_000, 1_000);
        assertThat(centroids.count()).isBetween(20, 45);
        Map<Integer, Integer> sizes = new HashMap<>();
        sample.forEach(vector -> sizes.merge(centroids.nearest(vector), 10, Integer::sum));
        assertThat(sizes.values()).allMatch(size -> size <= 2_000);
        assertThat(Centroids.of(sample, 20_000, 1_000)).isEqualTo(centroids);
    }

    @Test
    void equalVectorsStayTogether() {
        List<float[]> equal = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            equal.add(new float[] {1, 2});
        }
        assertThat(Centroids.of(equal, 5_000, 10).centers()).hasSize(1).first().isEqualTo(new float[] {1, 2});
    }
}
