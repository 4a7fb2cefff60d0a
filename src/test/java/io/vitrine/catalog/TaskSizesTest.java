package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TaskSizesTest {
    @Test
    void sizesHalveSlotBySlot() {
        assertThat(TaskSizes.sizes(1920, 2, 8)).containsExactly(480, 480, 240, 240, 120, 120, 60, 60, 30, 30, 30, 30);
        assertThat(TaskSizes.sizes(100, 2, 8)).containsExactly(25, 25, 16, 16, 9, 9);
    }

    @Test
    void fewImagesMakeFewTasks() {
        assertThat(TaskSizes.sizes(1, 64, 8)).containsExactly(1);
        assertThat(TaskSizes.sizes(20, 64, 8)).containsExactly(6, 7, 7);
        assertThat(TaskSizes.sizes(0, 64, 8)).isEmpty();
        assertThat(TaskSizes.sizes(500, 16, 64)).hasSize(16); // decoding needs all slots, whatever the batch
    }

    @Test
    void noTaskIsTooLargeAndAllTogetherDoAll() {
        for (long images : new long[] {2, 33, 1_000, 99_999, 1_000_000, 3_000_017}) {
            for (int slots : new int[] {1, 2, 7, 256}) {
                for (int batchSize : new int[] {1, 8, 64, 5_000}) {
                    List<Integer> sizes = TaskSizes.sizes(images, slots, batchSize);
                    assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(1, 1000));
                    assertThat(sizes.stream().mapToLong(Integer::longValue).sum())
                            .isEqualTo(images);
                    assertThat(sizes).isSortedAccordingTo((a, b) -> Math.abs(a - b) == 1 ? 0 : b - a);
                }
            }
        }
        assertThat(TaskSizes.sizes(1_000_000, 8, 8)).hasSizeBetween(1000, 1050);
    }

    @Test
    void equalSizesDifferByOne() {
        assertThat(TaskSizes.equal(10, 4)).containsExactly(2, 3, 2, 3);
    }

    @Test
    void slicesKeepEveryImageOnceAndInOrder() {
        Random random = new Random(1);
        for (int size : new int[] {1, 2, 7, 100, 1001}) {
            List<ImageRef> refs = refs(size, i -> (long) Math.exp(20 * random.nextDouble()));
            for (int count : new int[] {1, 2, 7, 50}) {
                int tasks = Math.min(count, size);
                List<List<ImageRef>> slices = TaskSizes.cut(refs, TaskSizes.equal(size, tasks));
                assertThat(slices).hasSize(tasks).allSatisfy(slice -> assertThat(slice)
                        .isNotEmpty());
                assertThat(slices.stream().flatMap(List::stream).toList()).isEqualTo(refs);
            }
        }
    }

    @Test
    void slicesWeighTheSameInBytesAndCount() {
        // The first hundred images are a hundred times larger than the rest.
        List<ImageRef> refs = refs(1000, i -> i < 100 ? 1_000_000 : 10_000);
        List<List<ImageRef>> slices = TaskSizes.cut(refs, TaskSizes.equal(1000, 10));
        assertThat(slices.get(0)).hasSizeLessThan(30);
        assertThat(slices.get(9)).hasSizeGreaterThan(150);
    }

    @Test
    void imagesOfOneLengthAreCutAsTheSizesSay() {
        List<Integer> sizes = TaskSizes.sizes(1920, 2, 8);
        for (long length : new long[] {-1, 12_345}) {
            List<List<ImageRef>> slices = TaskSizes.cut(refs(1920, i -> length), sizes);
            assertThat(slices.stream().map(List::size).toList()).isEqualTo(sizes);
        }
    }

    private static List<ImageRef> refs(int count, java.util.function.IntToLongFunction length) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> new ImageRef("file:/" + i, length.applyAsLong(i), 0, null))
                .toList());
    }
}
