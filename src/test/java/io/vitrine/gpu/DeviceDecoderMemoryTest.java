package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of memory, of the device and of the host. */
@Timeout(60)
final class DeviceDecoderMemoryTest {
    private final ControlledDevice device = new ControlledDevice(EmulatedDevice.shipped());

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void launchesAreCutToTheMemoryTheyMayTake() {
        try (DeviceDecoder decoder =
                SmallJpegs.decoder(device).memory(ofDevice(400_000)).build()) {
            SmallJpegs.decodeAndCompare(decoder, 12, 1); // about 70 KB each
        }
        assertThat(device.launches()).hasSizeBetween(2, 4);
        assertThat(device.launches().stream().mapToInt(i -> i).sum()).isEqualTo(12);
    }

    @Test
    void aDeviceWithLessMemoryDecodesFewerAtATime() throws ImageRejectedException {
        EmulatedDevice small = new EmulatedDevice(KernelCompiler.compile(KernelCompiler.SOURCES), 17 << 20);
        byte[] file = Pictures.drawn("jpg", 1000, 800, 1); // 4 MB
        ControlledDevice limited = new ControlledDevice(small);
        try (DeviceDecoder decoder = SmallJpegs.decoder(limited).build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            for (int i = 0; i < 8; i++) {
                assertThat(SmallJpegs.add(batch, file)).isEmpty();
            }
            ByteBuffer pixels = ByteBuffer.allocateDirect(8 * SmallJpegs.IMAGE_BYTES);
            batch.start(pixels, IntStream.range(0, 8).toArray());
            assertThat(batch.await()).hasSize(8).containsOnly(Optional.empty());
            byte[] expected = SmallJpegs.expected(file);
            for (int i = 0; i < 8; i++) {
                assertThat(SmallJpegs.pixels(pixels, i)).isEqualTo(expected);
            }
        }
        assertThat(limited.launches()).allMatch(images -> images <= 4);
        assertThat(small.usedBytes()).isZero();
        limited.close();
    }

    @Test
    void aDeviceThatHadTooLittleForAMomentDecodesAsManyAsBefore() {
        try (DeviceDecoder decoder = SmallJpegs.decoder(device).build()) {
            device.failAllocations(1);
            SmallJpegs.decodeAndCompare(decoder, 8, 1);
            assertThat(device.launches()).containsExactly(4, 4);
            for (int i = 0; i < 32; i++) {
                SmallJpegs.decodeAndCompare(decoder, 1, 1);
            }
            int before = device.launches().size();
            SmallJpegs.decodeAndCompare(decoder, 8, 1);
            assertThat(device.launches().subList(before, device.launches().size()))
                    .containsAnyOf(8, 7);
        }
    }

    @Test
    void anImageThatTheDeviceHasNoMemoryForIsHandedOver() {
        EmulatedDevice tiny = new EmulatedDevice(KernelCompiler.compile(KernelCompiler.SOURCES), 1 << 14);
        try (ControlledDevice limited = new ControlledDevice(tiny);
                DeviceDecoder decoder = SmallJpegs.decoder(limited).build()) {
            assertThat(SmallJpegs.decode(decoder, 3, 1)).hasSize(3).containsOnly(SmallJpegs.DEVICE);
            assertThat(SmallJpegs.decode(decoder, 2, 1)).hasSize(2).containsOnly(SmallJpegs.DEVICE);
        }
    }

    @Test
    void anImageBeyondTheLimitsIsHandedOver() throws ImageRejectedException {
        byte[] file = Pictures.drawn("jpg", 200, 100, 1);
        try (DeviceDecoder decoder =
                        SmallJpegs.decoder(device).memory(ofDevice(100_000)).build();
                BatchDecoder.Batch batch = decoder.newBatch()) {
            assertThat(SmallJpegs.add(batch, file)).contains(HandOver.SIZE);
            assertThat(SmallJpegs.add(batch, Pictures.drawn("jpg", 20, 10, 1))).isEmpty();
        }
        try (DeviceDecoder decoder = SmallJpegs.decoder(device)
                        .memory(new MemoryLimits(MemoryLimits.DEFAULT.deviceBytes(), HostChunks.BYTES))
                        .build();
                BatchDecoder.Batch batch = decoder.newBatch();
                BatchDecoder.Batch other = decoder.newBatch()) {
            assertThat(SmallJpegs.add(batch, file)).isEmpty();
            assertThat(SmallJpegs.add(other, file)).contains(HandOver.SIZE);
            batch.start(ByteBuffer.allocateDirect(SmallJpegs.IMAGE_BYTES), new int[] {0});
            batch.await();
            assertThat(SmallJpegs.add(other, file)).isEmpty();
        }
    }

    private static MemoryLimits ofDevice(long bytes) {
        return new MemoryLimits(bytes, MemoryLimits.DEFAULT.stagingBytes());
    }
}
