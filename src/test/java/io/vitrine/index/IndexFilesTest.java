package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of an index without Spark. */
final class IndexFilesTest {
    @TempDir
    private Path folder;

    @Test
    void aTableOfPathsFindsPathsAndOrdinals() throws IOException {
        List<String> paths = List.of("", "a", "a\nb", "b\u00e9", "z\ud83d\ude00");
        Path file = folder.resolve("paths");
        try (PathTable.Writer writer = new PathTable.Writer(file)) {
            for (String path : paths) {
                writer.add(path);
            }
        }
        PathTable table = new PathTable(file);
        assertThat(table.size()).isEqualTo(5);
        for (int i = 0; i < paths.size(); i++) {
            assertThat(table.path(i)).isEqualTo(paths.get(i));
            assertThat(table.ordinal(paths.get(i))).hasValue(i);
        }
        assertThat(table.ordinal("aa")).isEmpty();
        Path cut = Files.write(folder.resolve("cut"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> new PathTable(cut))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no table of paths");
    }

    @Test
    void aFileOfPartOfAVectorIsRefused() throws IOException {
        Path file = Files.write(folder.resolve("vectors"), new byte[13]);
        assertThatThrownBy(() -> new MappedVectors(file, 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 13 bytes, which is no number of vectors of 3 dimensions");
    }

    @Test
    void theNearestAreThoseThatSortingGives() {
        Random random = new Random(7);
        float[] scores = new float[500];
        NearestOrdinals nearest = new NearestOrdinals(20);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(40); // many are equal
            nearest.offer(i, scores[i]);
        }
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < nearest.size(); i++) {
            found.add(nearest.ordinal(i));
        }
        List<Integer> expected = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer, Float>comparing(i -> -scores[i]).thenComparing(i -> i))
                .limit(20)
                .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void scoresFollowTheirDefinitions() {
        float[] a = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        float[] b = {9, 8, 7, 6, 5, 4, 3, 2, 1};
        assertThat(Metric.DOT.score(a, b)).isEqualTo(165);
        assertThat(Metric.L2.score(a, b)).isEqualTo((float) -Math.sqrt(240));
        assertThat(Metric.L2.score(a, a)).hasToString("0.0");
        assertThat(Metric.COSINE.score(Metric.COSINE.prepare(a.clone()), Metric.COSINE.prepare(b.clone())))
                .isCloseTo(165f / 285f, org.assertj.core.api.Assertions.within(1e-6f));
        assertThat(Metric.COSINE.prepare(new float[3])).containsOnly(0);
    }
}
