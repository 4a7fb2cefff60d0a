package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PartitionsTest {
    @Test
    void fewImagesMakeFewTasksAndManyMakeEnough() {
        assertThat(Partitions.count(1, 64)).isEqualTo(1);
        assertThat(Partitions.count(60, 2)).isEqualTo(7);
        assertThat(Partitions.count(1000, 2)).isEqualTo(8);
        assertThat(Partitions.count(10_000, 256)).isEqualTo(1024);
        assertThat(Partitions.count(1_000_000, 8)).isEqualTo(1000);
    }

    @Test
    void slicesKeepEveryImageOnceAndInOrder() {
        Random random = new Random(1);
        for (int size : new int[] {1, 2, 7, 100, 1001}) {
            List<ImageRef> refs = refs(size, i -> (long) Math.exp(20 * random.nextDouble()));
            for (int count : new int[] {1, 2, 7, 50}) {
                List<List<ImageRef>> slices = Partitions.cut(refs, Math.min(count, size));
                assertThat(slices).hasSize(Math.min(count, size)).allSatisfy(slice -> assertThat(slice)
                        .isNotEmpty());
                assertThat(slices.stream().flatMap(List::stream).toList()).isEqualTo(refs);
            }
        }
    }

    @Test
    void slicesWeighTheSameInBytesAndCount() {
        // The first hundred images are a hundred times larger than the rest.
        List<ImageRef> refs = refs(1000, i -> i < 100 ? 1_000_000 : 10_000);
        List<List<ImageRef>> slices = Partitions.cut(refs, 10);
        assertThat(slices.get(0)).hasSizeLessThan(30);
        assertThat(slices.get(9)).hasSizeGreaterThan(150);
    }

    @Test
    void unknownLengthsAreCutByCount() {
        List<List<ImageRef>> slices = Partitions.cut(refs(100, i -> -1), 10);
        assertThat(slices).allSatisfy(slice -> assertThat(slice).hasSize(10));
    }

    private static List<ImageRef> refs(int count, java.util.function.IntToLongFunction length) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> new ImageRef("file:/" + i, length.applyAsLong(i), 0, null))
                .toList());
    }
}
