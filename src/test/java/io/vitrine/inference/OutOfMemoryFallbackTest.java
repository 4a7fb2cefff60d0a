package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OutputType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class OutOfMemoryFallbackTest {
    private final OutOfMemoryFallback fallback = new OutOfMemoryFallback();
    private final List<Integer> runs = new ArrayList<>(); // sizes of the batches that the device was given

    /** A device with memory for {@code maxImages}. */
    private Function<PixelBatch, BatchFeatures> device(int maxImages, String message) {
        return batch -> {
            runs.add(batch.count());
            if (batch.count() > maxImages) {
                throw new ModelException(message);
            }
            return firstBytes(batch);
        };
    }

    /** The output of the fake model: the first byte of each image. */
    private static BatchFeatures firstBytes(PixelBatch batch) {
        ByteBuffer pixels = batch.filledPixels();
        ByteBuffer[] values = new ByteBuffer[batch.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ByteBuffer.allocate(Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(pixels.get())
                    .flip();
        }
        ModelSignature.Output output = new ModelSignature.Output("x", List.of(1), OutputType.FLOAT32);
        return new BatchFeatures(Map.of("x", output), Map.of("x", values));
    }

    /** A batch of capacity 8; its images have one byte: 10, 11, 12... */
    private static PixelBatch batch(int count) {
        PixelBatch batch = new PixelBatch(1, 8);
        for (int i = 0; i < count; i++) {
            batch.add(new byte[] {(byte) (10 + i)});
        }
        return batch;
    }

    @Test
    void anOversizedBatchRunsInHalvesInItsOrder() {
        BatchFeatures features = fallback.run(batch(7), device(4, "CUDA failure 2: out of memory"));
        for (int i = 0; i < 7; i++) {
            assertThat(features.floats("x", i)).containsExactly(10 + i);
        }
        assertThat(fallback.isActive()).isTrue();
        assertThat(runs).containsExactly(7, 3, 4);
    }

    @Test
    void laterBatchesRunInHalvesAtOnce() {
        Function<PixelBatch, BatchFeatures> device = device(4, "CUDA failure 2: out of memory");
        fallback.run(batch(7), device);
        fallback.run(batch(7), device);
        fallback.run(batch(3), device);
        assertThat(runs).containsExactly(7, 3, 4, 3, 4, 3);
    }

    @Test
    void laterBatchesRunInHalvesOfTheFullCapacity() {
        fallback.run(batch(3), device(2, "out of memory"));
        BatchFeatures features = fallback.run(batch(7), device(4, "out of memory"));
        assertThat(features.floats("x", 6)).containsExactly(16);
        assertThat(features.floats("x", 3)).containsExactly(13);
        assertThat(runs).containsExactly(3, 1, 2, 3, 4);
    }

    /** Four tasks share a device with memory for four images: together, even their parts exceed it. */
    @Test
    @Timeout(60)
    void tasksThatFillTheDeviceTogetherContinueOneAtATime() throws Exception {
        CyclicBarrier allTasks = new CyclicBarrier(4);
        AtomicInteger resident = new AtomicInteger();
        Function<PixelBatch, BatchFeatures> shared = batch -> {
            try {
                boolean exceeds = resident.addAndGet(batch.count()) > 4;
                if (batch.capacity() == 8) { // a whole batch
                    allTasks.await();
                    exceeds = true; // with those of the other tasks
                }
                if (exceeds) {
                    throw new ModelException("out of memory");
                }
                return firstBytes(batch);
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            } finally {
                resident.addAndGet(-batch.count());
            }
        };
        ExecutorService tasks = Executors.newFixedThreadPool(4);
        try {
            List<Future<BatchFeatures>> all = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                all.add(tasks.submit(() -> fallback.run(batch(4), shared)));
            }
            for (Future<BatchFeatures> one : all) {
                assertThat(one.get().floats("x", 3)).containsExactly(13);
            }
        } finally {
            tasks.shutdownNow();
        }
        assertThat(fallback.isActive()).isTrue();
    }

    @Test
    void anOversizedHalfFailsTheRun() {
        assertThatThrownBy(() -> fallback.run(batch(8), device(2, "BFCArena: failed to allocate memory")))
                .isInstanceOf(VitrineException.class);
        assertThat(runs).containsExactly(8, 4);
    }

    @Test
    void anOversizedSingleImageIsTriedOnceMoreAlone() {
        assertThatThrownBy(() -> fallback.run(batch(1), device(0, "out of memory")))
                .hasMessage("out of memory");
        assertThat(runs).containsExactly(1, 1);
    }

    @Test
    void otherFaultsAreNotRetried() {
        assertThatThrownBy(() -> fallback.run(batch(4), device(0, "illegal instruction")))
                .hasMessage("illegal instruction");
        assertThat(runs).containsExactly(4);
        assertThat(fallback.isActive()).isFalse();
    }
}
