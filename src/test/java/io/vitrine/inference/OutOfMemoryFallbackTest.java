package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import io.vitrine.graph.OnnxModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What becomes of a batch that is too much for a device's memory. */
final class OutOfMemoryFallbackTest {
    private final List<Integer> runs = new ArrayList<>();

    /** A model whose one output is the image's one byte, on a device that has room for {@code most} images. */
    private Function<PixelBatch, BatchFeatures> device(int most, String message) {
        return batch -> {
            runs.add(batch.count());
            if (batch.count() > most) {
                throw new ModelException(message);
            }
            ByteBuffer pixels = batch.filled();
            byte[][] values = new byte[batch.count()][4];
            for (byte[] value : values) {
                ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).putFloat(pixels.get());
            }
            return new BatchFeatures(Map.of("x", new OnnxModel.Output("x", List.of(1), false)), Map.of("x", values));
        };
    }

    private static PixelBatch batch(int count) {
        PixelBatch batch = new PixelBatch(1, 8);
        for (int i = 0; i < count; i++) {
            batch.add(new byte[] {(byte) (10 + i)});
        }
        return batch;
    }

    @Test
    void itIsRunInHalvesFromThenOn() {
        OutOfMemoryFallback halving = new OutOfMemoryFallback();
        Function<PixelBatch, BatchFeatures> device = device(4, "CUDA failure 2: out of memory");
        BatchFeatures features = halving.run(batch(7), device);
        for (int i = 0; i < 7; i++) {
            assertThat(features.floats("x", i)).containsExactly(10 + i);
        }
        assertThat(halving.isHalved()).isTrue();
        halving.run(batch(7), device);
        halving.run(batch(3), device);
        assertThat(runs).containsExactly(7, 3, 4, 3, 4, 3);
    }

    @Test
    void ofASmallBatchHalfIsTriedAndOfTheNextHalfOfAFullOne() {
        OutOfMemoryFallback halving = new OutOfMemoryFallback();
        halving.run(batch(3), device(2, "out of memory"));
        BatchFeatures features = halving.run(batch(7), device(4, "out of memory"));
        assertThat(features.floats("x", 6)).containsExactly(16);
        assertThat(features.floats("x", 3)).containsExactly(13);
        assertThat(runs).containsExactly(3, 1, 2, 3, 4);
    }

    /** Four tasks and room for one batch: together even their halves would be too much. */
    @Test
    void tasksThatFillADeviceTogetherGoOnOneAtATime() throws Exception {
        OutOfMemoryFallback halving = new OutOfMemoryFallback();
        AtomicInteger resident = new AtomicInteger();
        Function<PixelBatch, BatchFeatures> device = device(4, "out of memory");
        Function<PixelBatch, BatchFeatures> shared = batch -> {
            try {
                if (resident.addAndGet(batch.count()) > 4) {
                    throw new ModelException("out of memory");
                }
                Thread.sleep(20);
                synchronized (runs) {
                    return device.apply(batch);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                resident.addAndGet(-batch.count());
            }
        };
        ExecutorService tasks = Executors.newFixedThreadPool(4);
        try {
            List<Future<BatchFeatures>> all = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                all.add(tasks.submit(() -> halving.run(batch(4), shared)));
            }
            for (Future<BatchFeatures> one : all) {
                assertThat(one.get().floats("x", 3)).containsExactly(13);
            }
        } finally {
            tasks.shutdownNow();
        }
        assertThat(halving.isHalved()).isTrue();
    }

    @Test
    void aHalfThatIsTooMuchEndsTheRun() {
        OutOfMemoryFallback halving = new OutOfMemoryFallback();
        assertThatThrownBy(() -> halving.run(batch(8), device(2, "BFCArena: failed to allocate memory")))
                .isInstanceOf(VitrineException.class);
        assertThat(runs).containsExactly(8, 4);
    }

    @Test
    void otherFaultsAreNotTriedAgainAndOneImageIsOnceMoreAlone() {
        assertThatThrownBy(() -> new OutOfMemoryFallback().run(batch(4), device(0, "illegal instruction")))
                .hasMessage("illegal instruction");
        assertThatThrownBy(() -> new OutOfMemoryFallback().run(batch(1), device(0, "out of memory")))
                .hasMessage("out of memory");
        assertThat(runs).containsExactly(4, 1, 1);
    }
}
