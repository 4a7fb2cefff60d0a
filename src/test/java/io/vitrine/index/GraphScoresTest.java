package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.vectors.VectorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs for dot products of vectors of any norm. JVector takes a score below 0 for none. */
final class GraphScoresTest {
    private static final int DIMENSION = 16;

    @TempDir
    private Path folder;

    private SearchIndex index(List<float[]> vectors) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(vectors.size() * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        vectors.forEach(vector -> {
            for (float value : vector) {
                bytes.putFloat(value);
            }
        });
        Path file = Files.write(folder.resolve("vectors"), bytes.array());
        VectorSource source = new VectorSource("o", "f", "m", "p", "1x1", "float32", "[]", "c", DIMENSION, "none");
        SingleShard.write(
                folder.resolve("index"), file, source, Metric.DOT, Structure.GRAPH, new GraphSettings(16, 60), 1);
        return SearchIndex.open(folder.resolve("index").toString(), new Configuration(), folder);
    }

    private static List<float[]> vectors(int size, float shift) {
        Random random = new Random(4);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            float[] vector = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                vector[j] = 3 * (float) random.nextGaussian();
            }
            vector[0] += shift;
            vectors.add(vector);
        }
        return vectors;
    }

    @Test
    void negativeProductsAreFoundToo() throws IOException {
        float[] query = new float[DIMENSION];
        query[0] = -1;
        try (SearchIndex index = index(vectors(500, 40))) {
            List<Hit> exact = index.search(query, 10, SearchMode.EXACT);
            assertThat(exact).hasSize(10).allMatch(hit -> hit.score() < -20);
            List<Hit> near = new ArrayList<>(index.search(query, 10, new SearchMode.Graph(100)));
            assertThat(near).hasSize(10);
            near.retainAll(exact);
            assertThat(near).hasSizeGreaterThanOrEqualTo(9);
        }
    }

    @Test
    void aVectorThatIsOppositeToAllOthersIsInTheGraph() throws IOException {
        List<float[]> vectors = vectors(500, 40);
        vectors.get(250)[0] = -40;
        float[] query = new float[DIMENSION];
        query[0] = -1;
        try (SearchIndex index = index(vectors)) {
            assertThat(index.search(query, 1, new SearchMode.Graph(100)))
                    .extracting(Hit::path)
                    .containsExactly(SingleShard.path(250));
        }
    }

    @Test
    void scoresKeepTheirOrderAndArePositive() {
        float before = 0;
        for (float score : new float[] {-1e9f, -1000, -1, -0.01f, 0, 0.01f, 0.2499f, 0.25f, 0.5f, 7, 1e9f}) {
            assertThat(DotScores.positive(score)).isGreaterThan(before);
            before = DotScores.positive(score);
        }
        assertThat(DotScores.positive(0.75f)).isEqualTo(0.75f);
    }
}
