package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceException.Damage;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches of several threads, limits of memory, and devices that fail. */
@Timeout(60)
final class GpuDecoderTest {
    private static final Size SIZE = new Size(16, 16);
    private static final int IMAGE_BYTES = 3 * 16 * 16;
    private static final Preprocessing STEPS = Preprocessing.builder(ImageProcessor.VIT)
            .resizeTo(new ResizeTarget.Exact(SIZE))
            .build();
    private static final Optional<HandOver> DEVICE = Optional.of(HandOver.DEVICE);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ControlledDevice device;

    @BeforeEach
    void open() {
        device = new ControlledDevice(EmulatedDevice.shipped());
    }

    @AfterEach
    void close() {
        device.release();
        threads.shutdownNow();
        device.close();
    }

    @Test
    void batchesThatGatherAreDecodedTogether() throws Exception {
        device.hold();
        try (GpuDecoder decoder = decoder().build()) {
            Future<?> first = threads.submit(() -> decodeAndCompare(decoder, 3, 0));
            device.awaitWork();
            List<Future<?>> others = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                int seed = i;
                others.add(threads.submit(() -> decodeAndCompare(decoder, 5, seed)));
            }
            awaitWaiting(decoder, 20);
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
        try (GpuDecoder decoder = decoder().build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            for (int seed = 0; seed < 3; seed++) {
                decodeAndCompare(batch, 2 + seed, seed);
            }
            batch.start(ByteBuffer.allocateDirect(0), new int[0]);
            assertThat(batch.await()).isEmpty();
        }
    }

    @Test
    void launchesAreCutToTheMemoryTheyMayTake() {
        try (GpuDecoder decoder = decoder().deviceBytes(400_000).build()) {
            decodeAndCompare(decoder, 12, 1); // about 70 KB each
        }
        assertThat(device.launches()).hasSizeBetween(2, 4);
        assertThat(device.launches().stream().mapToInt(i -> i).sum()).isEqualTo(12);
    }

    @Test
    void aDeviceWithLessMemoryDecodesFewerAtATime() throws ImageRejectedException {
        EmulatedDevice small = new EmulatedDevice(KernelCompiler.compile(KernelCompiler.SOURCES), 17 << 20);
        device = new ControlledDevice(small);
        byte[] file = Pictures.drawn("jpg", 1000, 800, 1); // 4 MB
        try (GpuDecoder decoder = decoder().build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            for (int i = 0; i < 8; i++) {
                assertThat(add(batch, file)).isEmpty();
            }
            ByteBuffer pixels = ByteBuffer.allocateDirect(8 * IMAGE_BYTES);
            batch.start(pixels, IntStream.range(0, 8).toArray());
            assertThat(batch.await()).hasSize(8).containsOnly(Optional.empty());
            byte[] expected = expected(file);
            for (int i = 0; i < 8; i++) {
                assertThat(pixels(pixels, i)).isEqualTo(expected);
            }
        }
        assertThat(device.launches()).allMatch(images -> images <= 4);
        assertThat(small.usedBytes()).isZero();
    }

    @Test
    void aDeviceThatHadTooLittleForAMomentDecodesAsManyAsBefore() {
        try (GpuDecoder decoder = decoder().build()) {
            device.failAllocations(1);
            decodeAndCompare(decoder, 8, 1);
            assertThat(device.launches()).containsExactly(4, 4);
            for (int i = 0; i < 32; i++) {
                decodeAndCompare(decoder, 1, 1);
            }
            int before = device.launches().size();
            decodeAndCompare(decoder, 8, 1);
            assertThat(device.launches().subList(before, device.launches().size()))
                    .containsAnyOf(8, 7);
        }
    }

    @Test
    void anImageThatTheDeviceHasNoMemoryForIsHandedOver() {
        device = new ControlledDevice(new EmulatedDevice(KernelCompiler.compile(KernelCompiler.SOURCES), 1 << 14));
        try (GpuDecoder decoder = decoder().build()) {
            assertThat(decode(decoder, 3, 1)).hasSize(3).containsOnly(DEVICE);
            assertThat(decode(decoder, 2, 1)).hasSize(2).containsOnly(DEVICE);
        }
    }

    @Test
    void anImageBeyondTheLimitsIsHandedOver() throws ImageRejectedException {
        byte[] file = Pictures.drawn("jpg", 200, 100, 1);
        try (GpuDecoder decoder = decoder().deviceBytes(100_000).build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            assertThat(add(batch, file)).contains(HandOver.SIZE);
            assertThat(add(batch, Pictures.drawn("jpg", 20, 10, 1))).isEmpty();
        }
        try (GpuDecoder decoder = decoder().stagingBytes(HostChunks.BYTES).build();
                BatchDecoder.Batch batch = decoder.newBatch();
                BatchDecoder.Batch other = decoder.newBatch()) {
            assertThat(add(batch, file)).isEmpty();
            assertThat(add(other, file)).contains(HandOver.SIZE);
            batch.start(ByteBuffer.allocateDirect(IMAGE_BYTES), new int[] {0});
            batch.await();
            assertThat(add(other, file)).isEmpty();
        }
    }

    @Test
    void aDeviceThatFailsHandsEverythingOver() throws Exception {
        device.hold();
        try (GpuDecoder decoder = decoder().build()) {
            Future<List<Optional<HandOver>>> running = threads.submit(() -> decode(decoder, 3, 0));
            device.awaitWork();
            Future<List<Optional<HandOver>>> waiting = threads.submit(() -> decode(decoder, 2, 1));
            awaitWaiting(decoder, 2);
            device.fail();
            device.release();
            assertThat(running.get()).hasSize(3).containsOnly(DEVICE);
            assertThat(waiting.get()).hasSize(2).containsOnly(DEVICE);
            try (BatchDecoder.Batch batch = decoder.newBatch()) {
                assertThat(add(batch, Pictures.drawn("jpg", 20, 10, 1))).contains(HandOver.DEVICE);
            }
        }
    }

    @Test
    void aDeviceThatFailsAtOnceHandsEverythingOver() {
        device.fail();
        try (GpuDecoder decoder = decoder().build()) {
            assertThat(decode(decoder, 2, 1)).isSubsetOf(DEVICE);
        }
    }

    @Test
    void filesAreAnsweredWhenNothingRunsAnyMore() {
        device.failWaits(4, () -> new DeviceOutOfMemoryException("no memory to wait"));
        try (GpuDecoder decoder = decoder().build()) {
            decodeAndCompare(decoder, 4, 1);
        }
        assertThat(device.failingWaits()).isZero();
        assertThat(device.launches()).containsExactly(4, 2, 2);
        assertThat(device.freedWhileBusy()).isFalse();
    }

    @Test
    void aDeviceThatDoesNotAnswerIsAbandoned() throws Exception {
        device.hold();
        Patience patience = new Patience(Duration.ofMillis(50), Duration.ofMillis(1500));
        GpuDecoder decoder = decoder().patience(patience).build();
        BatchDecoder.Batch stuck = decoder.newBatch();
        assertThat(add(stuck, file(0, 0))).isEmpty();
        stuck.start(ByteBuffer.allocateDirect(IMAGE_BYTES), new int[] {0});
        device.awaitWork();
        Future<List<Optional<HandOver>>> waiting = threads.submit(() -> decode(decoder, 2, 1));
        awaitWaiting(decoder, 2);
        for (Runnable call : List.<Runnable>of(stuck::await, stuck::close)) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(DeviceException.class)
                    .hasMessageStartingWith("emulated GPU has not decoded 1 of 1 JPEGs of a batch in 1 s.")
                    .hasMessageEndingWith("Check the GPU with nvidia-smi");
        }
        assertThat(waiting.get()).hasSize(2).containsOnly(DEVICE);
        decoder.close();
        assertThat(decoder.isStuck()).isTrue();
        device.release();
        Await.until("the device answers", Duration.ofSeconds(30), () -> !decoder.isStuck());
        stuck.close();
    }

    @Test
    void aDeviceThatDoesNotTellWhetherItHasStoppedIsNotAnswered() throws Exception {
        device.failWaits(Integer.MAX_VALUE, () -> new DeviceException("unknown", Damage.NONE));
        try (GpuDecoder decoder = decoder()
                .patience(new Patience(Duration.ofMillis(50), Duration.ofMillis(300)))
                .build()) {
            assertThatThrownBy(() -> decode(decoder, 2, 1)).isInstanceOf(DeviceException.class);
        }
    }

    @Test
    void closingHandsOverWhatWaits() throws Exception {
        device.hold();
        GpuDecoder decoder = decoder().build();
        Future<List<Optional<HandOver>>> running = threads.submit(() -> decode(decoder, 3, 0));
        device.awaitWork();
        Future<List<Optional<HandOver>>> waiting = threads.submit(() -> decode(decoder, 2, 1));
        awaitWaiting(decoder, 2);
        Future<?> closing = threads.submit(decoder::close);
        Await.until("closing", Duration.ofSeconds(30), decoder::isClosed);
        assertThat(closing.isDone()).isFalse();
        device.release();
        closing.get();
        assertThat(running.get()).hasSize(3).containsOnly(Optional.empty());
        assertThat(waiting.get()).hasSize(2).containsOnly(DEVICE);
    }

    @Test
    void anInterruptedThreadWaitsForTheDevice() throws Exception {
        device.hold();
        try (GpuDecoder decoder = decoder().build()) {
            List<Thread> task = Collections.synchronizedList(new ArrayList<>());
            Future<Boolean> waiting = threads.submit(() -> {
                task.add(Thread.currentThread());
                decodeAndCompare(decoder, 3, 0);
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

    private static void awaitWaiting(GpuDecoder decoder, int files) {
        Await.until(files + " files wait", Duration.ofSeconds(30), () -> decoder.waiting() == files);
    }

    private GpuDecoder.Builder decoder() {
        return GpuDecoder.builder(device, STEPS);
    }

    private static byte[] file(int seed, int number) {
        return Pictures.drawn("jpg", 100 + number, 70 + seed, 100L * seed + number);
    }

    private static Optional<HandOver> add(BatchDecoder.Batch batch, byte[] file) throws ImageRejectedException {
        FileBytes bytes = Pictures.file(file);
        return batch.add(bytes, ImageHeader.read(bytes, ImageLimits.DEFAULT));
    }

    private static void decodeAndCompare(GpuDecoder decoder, int count, int seed) {
        try (BatchDecoder.Batch batch = decoder.newBatch()) {
            decodeAndCompare(batch, count, seed);
        }
    }

    /** Puts the files into slots from the last to the first. */
    private static void decodeAndCompare(BatchDecoder.Batch batch, int count, int seed) {
        try {
            int[] slots = new int[count];
            for (int i = 0; i < count; i++) {
                assertThat(add(batch, file(seed, i))).isEmpty();
                slots[i] = count - 1 - i;
            }
            ByteBuffer pixels = ByteBuffer.allocateDirect(count * IMAGE_BYTES);
            batch.start(pixels, slots);
            assertThat(batch.await()).hasSize(count).containsOnly(Optional.empty());
            for (int i = 0; i < count; i++) {
                assertThat(pixels(pixels, slots[i])).isEqualTo(expected(file(seed, i)));
            }
        } catch (ImageRejectedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Optional<HandOver>> decode(GpuDecoder decoder, int count, int seed) {
        try (BatchDecoder.Batch batch = decoder.newBatch()) {
            List<Optional<HandOver>> refused = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Optional<HandOver> answer = add(batch, file(seed, i));
                answer.ifPresent(reason -> refused.add(answer));
            }
            batch.start(
                    ByteBuffer.allocateDirect(count * IMAGE_BYTES),
                    IntStream.range(0, count).toArray());
            refused.addAll(batch.await());
            return refused;
        } catch (ImageRejectedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] pixels(ByteBuffer pixels, int slot) {
        byte[] image = new byte[IMAGE_BYTES];
        pixels.get(slot * IMAGE_BYTES, image);
        return image;
    }

    private static byte[] expected(byte[] file) throws ImageRejectedException {
        try (ImagePreprocessor cpu = new ImagePreprocessor(STEPS, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            return cpu.preprocess(FileBytes.of(file)).pixels();
        }
    }
}
