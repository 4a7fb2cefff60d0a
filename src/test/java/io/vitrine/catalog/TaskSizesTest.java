package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.archive.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskSizesTest {
    @Test
    void tasksOfASmallCatalogHalveSlotBySlot() {
        assertThat(TaskSizes.shrinking(1920, 2, 8))
                .containsExactly(480, 480, 240, 240, 120, 120, 60, 60, 30, 30, 30, 30);
    }

    @Test
    void tasksShrinkToTwoBatches() {
        assertThat(TaskSizes.shrinking(100, 2, 8)).containsExactly(25, 25, 16, 16, 9, 9);
    }

    @Test
    void fewImagesMakeFewTasks() {
        assertThat(TaskSizes.shrinking(1, 64, 8)).containsExactly(1);
        assertThat(TaskSizes.shrinking(20, 64, 8)).containsExactly(6, 7, 7);
        assertThat(TaskSizes.shrinking(0, 64, 8)).isEmpty();
    }

    @Test
    void everySlotDecodesWhateverTheBatchSize() {
        assertThat(TaskSizes.shrinking(500, 16, 64)).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 33, 1_000, 99_999, 1_000_000, 3_000_017})
    void tasksAreBoundedAndShrinkAndCoverAllImages(long images) {
        for (int slots : new int[] {1, 2, 7, 256}) {
            for (int batchSize : new int[] {1, 8, 64, 5_000}) {
                List<Integer> sizes = TaskSizes.shrinking(images, slots, batchSize);
                assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(1, 1000));
                assertThat(sizes.stream().mapToLong(Integer::longValue).sum()).isEqualTo(images);
                assertThat(sizes).isSortedAccordingTo((a, b) -> Math.abs(a - b) == 1 ? 0 : b - a);
            }
        }
    }

    @Test
    void aMillionImagesMakeAboutAThousandTasks() {
        assertThat(TaskSizes.shrinking(1_000_000, 8, 8)).hasSizeBetween(1000, 1050);
    }

    @Test
    void equalSizesDifferByOne() {
        assertThat(TaskSizes.equal(10, 4)).containsExactly(2, 3, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 1001})
    void slicesHoldEveryImageOnceAndInOrder(int images) {
        Random random = new Random(1);
        List<ImageRef> refs = refs(images, i -> (long) Math.exp(20 * random.nextDouble()));
        for (int count : new int[] {1, 2, 7, 50}) {
            int tasks = Math.min(count, images);
            List<List<ImageRef>> slices = TaskSizes.slice(refs, TaskSizes.equal(images, tasks));
            assertThat(slices).hasSize(tasks).allSatisfy(slice -> assertThat(slice)
                    .isNotEmpty());
            assertThat(slices.stream().flatMap(List::stream).toList()).isEqualTo(refs);
        }
    }

    @Test
    void slicesBalanceBytesAndCount() {
        List<ImageRef> refs = refs(1000, i -> i < 100 ? 1_000_000 : 10_000); // the first hundred are large
        List<List<ImageRef>> slices = TaskSizes.slice(refs, TaskSizes.equal(1000, 10));
        assertThat(slices.get(0)).hasSizeLessThan(30);
        assertThat(slices.get(9)).hasSizeGreaterThan(150);
    }

    @ParameterizedTest
    @CsvSource({"-1", "12345"})
    void imagesOfOneLengthAreSlicedByCount(long length) {
        List<Integer> sizes = TaskSizes.shrinking(1920, 2, 8);
        List<List<ImageRef>> slices = TaskSizes.slice(refs(1920, i -> length), sizes);
        assertThat(slices.stream().map(List::size).toList()).isEqualTo(sizes);
    }

    @ParameterizedTest
    @CsvSource({"GZIP_STREAM, 4", "PLAIN, 12"})
    void aCompressedTarIsUnpackedByAFewTasks(Extent.Packing packing, int tasks) {
        List<ImageRef> refs = members("file:/a.tar.gz", 1920, packing);
        List<List<ImageRef>> slices = TaskSizes.slice(refs, TaskSizes.shrinking(1920, 2, 8));
        assertThat(slices).hasSize(tasks);
        assertThat(slices.stream().flatMap(List::stream).toList()).isEqualTo(refs);
    }

    /** Of the second archive a task has more images than it should; the tasks behind it are not the smaller for that. */
    @Test
    void tasksEndWhereSmallCompressedTarsDo() {
        List<ImageRef> refs = new ArrayList<>(refs(100, i -> 10_000));
        refs.addAll(members("file:/a.tar.gz", 63, Extent.Packing.GZIP_STREAM));
        refs.addAll(members("file:/b.tar.gz", 60, Extent.Packing.GZIP_STREAM));
        refs.addAll(refs(100, i -> 10_000));
        List<List<ImageRef>> slices = TaskSizes.slice(refs, TaskSizes.equal(323, 16));
        for (String archive : List.of("file:/a.tar.gz", "file:/b.tar.gz")) {
            assertThat(slices)
                    .filteredOn(
                            slice -> slice.stream().anyMatch(ref -> ref.file().equals(archive)))
                    .as(archive)
                    .hasSize(1);
        }
        assertThat(slices).allSatisfy(slice -> assertThat(slice).hasSizeGreaterThan(10));
        assertThat(slices.stream().flatMap(List::stream).toList()).isEqualTo(refs);
    }

    private static List<ImageRef> members(String archive, int count, Extent.Packing packing) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    Extent extent = new Extent(packing, 10_240L * i, 10_000, 10_000, -1);
                    ImageSource source = new ImageSource.ArchiveMember(archive, 10_240L * count, extent);
                    return new ImageRef(archive + "#" + i, 10_000, 0, "1", source);
                })
                .toList();
    }

    private static List<ImageRef> refs(int count, IntToLongFunction length) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ImageRef("file:/" + i, length.applyAsLong(i), 0, null))
                .toList();
    }
}
