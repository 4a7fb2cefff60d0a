package io.vitrine.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.ImageStatistics.SlowImage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What tasks learn about images: it adds up, and does not grow with the number of images. */
final class ImageStatisticsTest {
    private static final byte[] NO_PICTURE = new byte[0];

    private static ImageStatistics statistics(IntStream images) {
        ImageStatistics statistics = new ImageStatistics();
        images.forEach(i -> {
            statistics.countFile(1000L * i);
            statistics.countHeader(i % 2 == 0 ? "jpeg" : "png", 1000, i);
            if (statistics.isSlow(i)) {
                statistics.addSlow(new SlowImage("in/" + i, i, 1000L * i, 1000, i));
            }
            if (statistics.gallery().wants("ok", "in/" + i)) {
                statistics.gallery().add(new Gallery.Entry("ok", "in/" + i, "", NO_PICTURE));
            }
        });
        return statistics;
    }

    @Test
    void tasksAddUpToTheWhole() {
        ImageStatistics sum = statistics(IntStream.range(0, 400));
        sum.add(statistics(IntStream.range(400, 1000)));
        RunDetails.Images whole = statistics(IntStream.range(0, 1000)).images();
        assertThat(sum.images()).isEqualTo(whole);
        assertThat(whole.formats()).isEqualTo(Map.of("jpeg", 500L, "png", 500L));
        assertThat(whole.bytesRead()).isEqualTo(1000L * 999 * 1000 / 2);
    }

    @Test
    void theSlowestComeFirst() {
        assertThat(statistics(IntStream.range(0, 1000)).images().slowest())
                .extracting(SlowImage::path)
                .startsWith("in/999", "in/998")
                .hasSize(ImageStatistics.SLOWEST);
    }

    /** Edges belong to the bar above them. */
    @Test
    void barsCountFromTheirLowerEdge() {
        Histogram histogram = new Histogram(List.of(0.0, 1.0, 2.0, 4.0, 8.0, 16.0));
        List.of(0.0, 0.99, 1.0, 20.0).forEach(histogram::add);
        assertThat(histogram.bars())
                .containsExactly(
                        new Histogram.Bar(0, 1.0, 2),
                        new Histogram.Bar(1, 2.0, 1),
                        new Histogram.Bar(2, 4.0, 0),
                        new Histogram.Bar(4, 8.0, 0),
                        new Histogram.Bar(8, 16.0, 0),
                        new Histogram.Bar(16, null, 1));
        assertThat(new Histogram(List.of(0.0, 1.0)).bars()).isEmpty();
    }

    @Test
    void theSampleDoesNotDependOnTheTasks() {
        Gallery whole = statistics(IntStream.range(0, 1000)).gallery();
        ImageStatistics sum = statistics(IntStream.range(500, 1000));
        sum.add(statistics(IntStream.range(0, 500)));
        sum.add(statistics(IntStream.range(0, 500))); // a task that was retried
        assertThat(sum.gallery().entries())
                .extracting(Gallery.Entry::path)
                .containsExactlyElementsOf(
                        whole.entries().stream().map(Gallery.Entry::path).toList())
                .hasSize(Gallery.PER_STATUS)
                .doesNotContain("in/0", "in/1");
    }

    @Test
    void longErrorsAreCut() {
        assertThat(new Gallery.Entry("corrupt", "a", "x".repeat(10_000), NO_PICTURE).error())
                .hasSize(503);
    }
}
