package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceException.Damage;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices that fail, or do not answer: what becomes of the files. */
@Timeout(60)
final class DeviceDecoderFailureTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ControlledDevice device = new ControlledDevice(EmulatedDevice.shipped());

    @AfterEach
    void close() {
        device.release();
        threads.shutdownNow();
        device.close();
    }

    @Test
    void aDeviceThatFailsHandsEverythingOver() throws Exception {
        device.hold();
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build()) {
            Future<List<Optional<HandOver>>> running = threads.submit(() -> SmallJpegs.decode(decoder, 3, 0));
            device.awaitWork();
            Future<List<Optional<HandOver>>> waiting = threads.submit(() -> SmallJpegs.decode(decoder, 2, 1));
            SmallJpegs.awaitWaiting(decoder, 2);
            device.fail();
            device.release();
            assertThat(running.get()).hasSize(3).containsOnly(SmallJpegs.DEVICE);
            assertThat(waiting.get()).hasSize(2).containsOnly(SmallJpegs.DEVICE);
            try (BatchDecoder.Batch batch = decoder.newBatch()) {
                assertThat(SmallJpegs.add(batch, Pictures.drawn("jpg", 20, 10, 1)))
                        .contains(HandOver.DEVICE);
            }
        }
    }

    @Test
    void aDeviceThatFailsAtOnceHandsEverythingOver() {
        device.fail();
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build()) {
            assertThat(SmallJpegs.decode(decoder, 2, 1)).isSubsetOf(SmallJpegs.DEVICE);
        }
    }

    @Test
    void filesAreAnsweredWhenNothingRunsAnyMore() {
        device.failWaits(4, () -> new DeviceOutOfMemoryException("no memory to wait"));
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build()) {
            SmallJpegs.decodeAndCompare(decoder, 4, 1);
        }
        assertThat(device.failingWaits()).isZero();
        assertThat(device.launches()).containsExactly(4, 2, 2);
        assertThat(device.freedWhileBusy()).isFalse();
    }

    @Test
    void aDeviceThatDoesNotAnswerIsAbandoned() throws Exception {
        device.hold();
        Patience patience = new Patience(Duration.ofMillis(50), Duration.ofMillis(1500));
        DeviceDecoder decoder =
                SmallJpegs.decoder(device).closesDevice().patience(patience).build();
        BatchDecoder.Batch stuck = decoder.newBatch();
        assertThat(SmallJpegs.add(stuck, SmallJpegs.file(0, 0))).isEmpty();
        stuck.start(ByteBuffer.allocateDirect(SmallJpegs.IMAGE_BYTES), new int[] {0});
        device.awaitWork();
        Future<List<Optional<HandOver>>> waiting = threads.submit(() -> SmallJpegs.decode(decoder, 2, 1));
        SmallJpegs.awaitWaiting(decoder, 2);
        for (Runnable call : List.<Runnable>of(stuck::await, stuck::close)) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(DeviceException.class)
                    .hasMessageStartingWith("emulated GPU has not decoded 1 of 1 JPEGs of a batch in 1 s.")
                    .hasMessageEndingWith("Check the GPU with nvidia-smi");
        }
        assertThat(waiting.get()).hasSize(2).containsOnly(SmallJpegs.DEVICE);
        decoder.close();
        assertThat(decoder.isStuck()).isTrue();
        assertThat(device.isClosed()).isFalse();
        device.release();
        Await.until("the device answers", Duration.ofSeconds(30), () -> !decoder.isStuck());
        stuck.close();
    }

    @Test
    void aDeviceThatDoesNotTellWhetherItHasStoppedIsNotAnswered() throws Exception {
        device.failWaits(Integer.MAX_VALUE, () -> new DeviceException("unknown", Damage.NONE));
        try (DeviceDecoder decoder = SmallJpegs.decoder(device)
                .patience(new Patience(Duration.ofMillis(50), Duration.ofMillis(300)))
                .build()) {
            assertThatThrownBy(() -> SmallJpegs.decode(decoder, 2, 1)).isInstanceOf(DeviceException.class);
        }
    }
}
