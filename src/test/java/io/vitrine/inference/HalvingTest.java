package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.graph.FeatureGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a batch that is too much for a device's memory. */
final class HalvingTest {
    private final List<Integer> runs = new ArrayList<>();

    /** A model whose one output is the image's one byte, on a device that has room for {@code most} images. */
    private Halving device(int most, String message) {
        return new Halving(batch -> {
            runs.add(batch.count());
            if (batch.count() > most) {
                throw new VitrineException(message);
            }
            ByteBuffer pixels = batch.filled();
            ByteBuffer values = ByteBuffer.allocate(4 * batch.count()).order(ByteOrder.LITTLE_ENDIAN);
            while (pixels.hasRemaining()) {
                values.putFloat(pixels.get());
            }
            return new Features(Map.of("x", new FeatureGraph.Output("x", List.of(1))), Map.of("x", values));
        });
    }

    private static Batch batch(int count) {
        Batch batch = new Batch(1, 8);
        for (int i = 0; i < count; i++) {
            batch.add(new byte[] {(byte) (10 + i)});
        }
        return batch;
    }

    @Test
    void itIsRunInHalvesFromThenOn() {
        Halving halving = device(4, "CUDA failure 2: out of memory");
        Features features = halving.run(batch(7));
        for (int i = 0; i < 7; i++) {
            assertThat(features.floats("x", i)).containsExactly(10 + i);
        }
        assertThat(halving.isHalved()).isTrue();
        halving.run(batch(7));
        halving.run(batch(3));
        assertThat(runs).containsExactly(7, 4, 3, 4, 3, 3);
    }

    @Test
    void aHalfThatIsTooMuchEndsTheRun() {
        Halving halving = device(2, "BFCArena: failed to allocate memory");
        assertThatThrownBy(() -> halving.run(batch(8))).isInstanceOf(VitrineException.class);
        assertThat(runs).containsExactly(8, 4);
    }

    @Test
    void otherFaultsAndSingleImagesAreNotHalved() {
        assertThatThrownBy(() -> device(0, "illegal instruction").run(batch(4))).hasMessage("illegal instruction");
        assertThatThrownBy(() -> device(0, "out of memory").run(batch(1))).hasMessage("out of memory");
        assertThat(runs).containsExactly(4, 1);
    }
}
