package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.inference.TextModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The printed text halves against {@link NaiveText}. */
final class NaiveTextTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle2/checkpoints");

    private static double quickGelu(double x) {
        return x / (1 + Math.exp(-1.702 * x));
    }

    private static double tanhGelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    @Test
    void clipsTextsEqualTheNaiveForwardPass() {
        assertEqual("clip-full", 2, 3, NaiveText.Reach.BACK, 1e-5, NaiveTextTest::quickGelu);
    }

    @Test
    void metaClip2sTextsEqualTheNaiveForwardPass() {
        assertEqual("metaclip2", 2, 2, NaiveText.Reach.BACK, 1e-5, NaiveTextTest::quickGelu);
    }

    @Test
    void siglipsTextsEqualTheNaiveForwardPass() {
        assertEqual("siglip-full", 1, 3, NaiveText.Reach.ALL, 1e-6, NaiveTextTest::tanhGelu);
    }

    /** Two texts at once, whose vectors are those of different tokens. */
    private static void assertEqual(
            String name, int layers, int heads, NaiveText.Reach reach, double epsilon, DoubleUnaryOperator activation) {
        Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve(name));
        NaiveText naive = new NaiveText(checkpoint, layers, heads, reach, epsilon, activation);
        int positions = checkpoint.textConfig().positions();
        Random random = new Random(7);
        long[][] ids = new long[2][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.longs(positions, 0, checkpoint.textConfig().vocabulary())
                    .toArray();
        }
        int[] pooled = {positions - 1, positions / 2};
        try (TextModel model = TextModel.load(checkpoint, 1)) {
            TextModel.Output output = model.run(ids, pooled);
            for (int i = 0; i < ids.length; i++) {
                double[][] last = naive.lastHiddenState(ids[i]);
                assertClose(output.lastState().get(i), last);
                assertClose(output.embeds().get(i), new double[][] {naive.projected(last[pooled[i]])});
            }
        }
    }

    private static void assertClose(float[] actual, double[][] expected) {
        double[] values = new double[actual.length];
        Arrays.setAll(values, i -> actual[i]);
        assertThat(values)
                .containsExactly(
                        Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray(), Offset.offset(1e-4));
    }
}
