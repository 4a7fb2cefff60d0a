package io.vitrine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import io.vitrine.cuda.Device.DeviceMemory;
import io.vitrine.cuda.Device.Grid;
import io.vitrine.cuda.Device.HostMemory;
import io.vitrine.cuda.Device.Kernel;
import io.vitrine.cuda.Device.Stream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of the driver API that a device makes, on {@link FakeCuda}. */
final class CudaDeviceTest {
    private static final Kernel ADD = new Kernel("add");
    private static final int ADD_BYTES = 24; // struct { u64 values; u32 count; u32 addend; u64 unused; }

    @TempDir
    private Path folder;

    private FakeCuda cuda;

    @BeforeEach
    void start() throws Exception {
        cuda = FakeCuda.start(folder);
        cuda.kernel("add", ADD_BYTES, (argument, columns, rows, threads, sharedBytes) -> {
            for (int i = 0; i < argument.getInt(8); i++) {
                long at = 4L * i;
                Pointer values = argument.getPointer(0);
                values.setInt(at, values.getInt(at) + argument.getInt(12));
            }
            return 0;
        });
    }

    @Test
    void bytesGoToTheDeviceThroughAKernelAndBack() {
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream();
                DeviceMemory memory = device.allocate(16);
                HostMemory host = device.allocateHost(16)) {
            host.bytes().putInt(100).putInt(200).putInt(300).putInt(400);
            ByteBuffer argument = addition(memory, 4, 7);
            stream.upload(host.bytes(), memory.address());
            stream.launch(ADD, new Grid(1, 1, 32, 0), argument);
            argument.putInt(12, 1_000_000); // a launch takes the argument as it is
            stream.download(memory.address(), host.bytes());
            assertThat(host.bytes().getInt(0)).isEqualTo(100); // nothing is done yet
            stream.await();
            assertThat(ints(host.bytes())).containsExactly(107, 207, 307, 407);
        }
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void positionAndLimitOfBuffersCount() {
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream();
                DeviceMemory memory = device.allocate(16)) {
            ByteBuffer from = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 4; i++) {
                from.putInt(i + 1);
            }
            ByteBuffer to = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
            stream.zero(memory.address(), 16);
            stream.upload(from.position(4).limit(12), memory.address() + 4);
            stream.download(memory.address(), to.position(8).limit(16));
            stream.await();
            assertThat(ints(to.clear())).containsExactly(0, 0, 0, 2);
            assertThat(from.position()).isEqualTo(4);
            stream.download(memory.address(), to.clear());
            stream.await();
            assertThat(ints(to)).containsExactly(0, 2, 3, 0);
            stream.upload(from.limit(4), memory.address()); // nothing
            stream.zero(memory.address(), 0);
            stream.await();
        }
    }

    @Test
    void aKernelGetsItsGridAndTheWholeArgument() {
        List<String> seen = new ArrayList<>();
        cuda.kernel("look", 4096, (argument, columns, rows, threads, sharedBytes) -> {
            seen.add(columns + " " + rows + " " + threads + " " + sharedBytes + " " + argument.getByte(0) + " "
                    + argument.getByte(4095));
            return 0;
        });
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream()) {
            ByteBuffer argument = ByteBuffer.allocate(4100).position(1).limit(4097);
            argument.put(1, (byte) 5).put(4096, (byte) 6);
            stream.launch(new Kernel("look"), new Grid(100_000, 65_535, 1024, 99_000), argument);
            stream.launch(new Kernel("look"), new Grid(3, 2, 1, 0), argument.limit(2));
            stream.launch(new Kernel("look"), new Grid(1, 1, 1, 50_000), argument);
            stream.await();
            assertThat(seen).containsExactly("100000 65535 1024 99000 5 6", "3 2 1 0 5 0", "1 1 1 50000 5 0");
            assertThat(cuda.journal()).containsOnlyOnce("shared look 99000").doesNotContain("50000");
            assertThatThrownBy(() -> stream.launch(new Kernel("look"), new Grid(1, 1, 1, 0), ByteBuffer.allocate(4097)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("look: an argument of 4097 bytes; kernels take at most 4096");
            assertThatThrownBy(() -> stream.launch(new Kernel("other"), new Grid(1, 1, 1, 0), argument))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("There is no kernel other");
        }
    }

    @Test
    void streamsHaveTheLowestPriorityAndWaitAsleep() {
        cuda.set("least", 3);
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream()) {
            stream.await();
            assertThat(cuda.journal()).contains("stream flags 1 priority 3").contains("event flags 1");
        }
    }

    @Test
    void everyThreadMayUseTheDevice() {
        try (CudaDevice device = cuda.open()) {
            CompletableFuture<DeviceMemory> memory = new CompletableFuture<>();
            Thread thread = new Thread(() -> memory.complete(device.allocate(16)));
            thread.start();
            ByteBuffer to = ByteBuffer.allocateDirect(16);
            try (Stream stream = device.newStream()) {
                stream.zero(memory.join().address(), 16);
                stream.download(memory.join().address(), to.put(0, (byte) 1));
                stream.await();
            }
            assertThat(to.get(0)).isZero();
        }
    }

    @Test
    void memoryOfTheHostIsZeroedAndLittleEndian() {
        try (CudaDevice device = cuda.open();
                HostMemory host = device.allocateHost(10_000)) {
            byte[] bytes = new byte[10_000];
            host.bytes().get(bytes);
            assertThat(bytes).containsOnly(0);
            assertThat(host.bytes().isDirect()).isTrue();
            assertThat(host.bytes().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(host.bytes().putInt(0, 1).get(0)).isEqualTo((byte) 1);
        }
    }

    @Test
    void closingTheDeviceFinishesTheWorkAndFreesWhatIsLeft() {
        CudaDevice device = cuda.open();
        Stream stream = device.newStream();
        DeviceMemory memory = device.allocate(16);
        HostMemory host = device.allocateHost(16);
        ByteBuffer to = ByteBuffer.allocateDirect(16).put(0, (byte) 1);
        device.newStream().zero(memory.address(), 16);
        stream.zero(memory.address(), 16);
        stream.download(memory.address(), to);
        assertThat(cuda.live()).isEqualTo("contexts 1, modules 1, streams 2, events 2, device 1, host 1");
        device.close();
        assertThat(to.get(0)).isZero();
        assertThat(cuda.live()).isEmpty();

        device.close();
        stream.close();
        memory.close();
        host.close();
        assertThat(cuda.live()).isEmpty();
        for (Runnable use : Arrays.<Runnable>asList(
                () -> device.allocate(1),
                () -> device.allocateHost(1),
                device::newStream,
                host::bytes,
                stream::await,
                () -> stream.zero(memory.address(), 1),
                () -> stream.upload(to, memory.address()),
                () -> stream.launch(ADD, new Grid(1, 1, 1, 0), to))) {
            assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closingAStreamFinishesItsWork() {
        try (CudaDevice device = cuda.open();
                DeviceMemory memory = device.allocate(16)) {
            ByteBuffer to = ByteBuffer.allocateDirect(16).put(0, (byte) 1);
            Stream stream = device.newStream();
            stream.zero(memory.address(), 16);
            stream.download(memory.address(), to);
            stream.close();
            assertThat(to.get(0)).isZero();
        }
    }

    @Test
    void theSecondGpuIsTheSecond() {
        cuda.set("gpus", 2);
        cuda.set("capability", 121);
        try (CudaContext context = CudaContext.retain(cuda.driver(), 1)) {
            assertThat(context.name()).isEqualTo("GPU 1 (Fake 1)");
            assertThat(context.architecture()).isEqualTo(121);
        }
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void whatTheDriverWouldRefuseIsRefusedByName() {
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream()) {
            assertThatThrownBy(() -> device.allocate(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> device.allocateHost(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> stream.upload(ByteBuffer.allocate(4), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("direct buffers only");
        }
        for (Runnable grid : Arrays.<Runnable>asList(
                () -> new Grid(0, 1, 1, 0),
                () -> new Grid(1, 0, 1, 0),
                () -> new Grid(1, 65_536, 1, 0),
                () -> new Grid(1, 1, 0, 0),
                () -> new Grid(1, 1, 1025, 0),
                () -> new Grid(1, 1, 1, -1))) {
            assertThatThrownBy(grid::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static ByteBuffer addition(DeviceMemory values, int count, int addend) {
        return ByteBuffer.allocate(ADD_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(values.address())
                .putInt(count)
                .putInt(addend)
                .putLong(0)
                .flip();
    }

    private static int[] ints(ByteBuffer bytes) {
        int[] result = new int[bytes.remaining() / 4];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(result);
        return result;
    }
}
