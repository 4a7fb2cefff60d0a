package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.testkit.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches of several threads: which are decoded together, what waits for them, and what closing leaves. */
@Timeout(60)
final class DeviceDecoderTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ControlledDevice device = new ControlledDevice(EmulatedDevice.shipped());

    @AfterEach
    void close() {
        device.release();
        threads.shutdownNow();
        device.close();
    }

    @Test
    void batchesThatGatherAreDecodedTogether() throws Exception {
        device.hold();
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build()) {
            Future<?> first = threads.submit(() -> SmallJpegs.decodeAndCompare(decoder, 3, 0));
            device.awaitWork();
            List<Future<?>> others = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                int seed = i;
                others.add(threads.submit(() -> SmallJpegs.decodeAndCompare(decoder, 5, seed)));
            }
            SmallJpegs.awaitWaiting(decoder, 20);
            device.release();
            first.get();
            for (Future<?> other : others) {
                other.get();
            }
        }
        assertThat(device.launches()).containsExactly(3, 20);
    }

    @Test
    void batchesAreReused() {
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            for (int seed = 0; seed < 3; seed++) {
                SmallJpegs.decodeAndCompare(batch, 2 + seed, seed);
            }
            batch.start(ByteBuffer.allocateDirect(0), new int[0]);
            assertThat(batch.await()).isEmpty();
        }
    }

    @Test
    void closingHandsOverWhatWaits() throws Exception {
        device.hold();
        DeviceDecoder decoder = SmallJpegs.decoder(device).build();
        Future<List<Optional<HandOver>>> running = threads.submit(() -> SmallJpegs.decode(decoder, 3, 0));
        device.awaitWork();
        Future<List<Optional<HandOver>>> waiting = threads.submit(() -> SmallJpegs.decode(decoder, 2, 1));
        SmallJpegs.awaitWaiting(decoder, 2);
        Future<?> closing = threads.submit(decoder::close);
        Await.until("closing", Duration.ofSeconds(30), decoder::isClosed);
        assertThat(closing.isDone()).isFalse();
        device.release();
        closing.get();
        assertThat(running.get()).hasSize(3).containsOnly(Optional.empty());
        assertThat(waiting.get()).hasSize(2).containsOnly(SmallJpegs.DEVICE);
    }

    @Test
    void onlyADecoderThatWasAskedToClosesItsDevice() {
        SmallJpegs.decoder(device).build().close();
        assertThat(device.isClosed()).isFalse();
        SmallJpegs.decoder(device).closesDevice().build().close();
        assertThat(device.isClosed()).isTrue();
    }

    @Test
    void anInterruptedThreadWaitsForTheDevice() throws Exception {
        device.hold();
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build()) {
            List<Thread> task = Collections.synchronizedList(new ArrayList<>());
            Future<Boolean> waiting = threads.submit(() -> {
                task.add(Thread.currentThread());
                SmallJpegs.decodeAndCompare(decoder, 3, 0);
                return Thread.interrupted();
            });
            device.awaitWork();
            task.get(0).interrupt();
            Thread.sleep(50);
            assertThat(waiting.isDone()).isFalse();
            device.release();
            assertThat(waiting.get()).isTrue();
        }
    }
}
