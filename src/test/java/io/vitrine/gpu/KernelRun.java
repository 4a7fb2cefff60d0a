package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.DeviceMemory;
import io.vitrine.cuda.Device.Grid;
import io.vitrine.cuda.Device.Kernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Runs kernels on a batch that a test makes by hand: each array of {@code struct Batch} in memory of its own. */
public final class KernelRun implements AutoCloseable {
    private final Emulator emulator;
    private final Device device;
    private final Device.Stream stream;
    private final Structure batch;
    private final Map<String, DeviceMemory> arrays = new HashMap<>();

    private KernelRun(Emulator emulator) {
        this.emulator = emulator;
        device = new EmulatedDevice(emulator, 1L << 30);
        stream = device.newStream();
        batch = structures("Batch", 1);
    }

    /** The shipped kernels. Skips the test, saying why, where there is no g++. */
    public static KernelRun shipped() {
        return with(KernelCompiler.compile(KernelCompiler.SOURCES));
    }

    static KernelRun with(Emulator emulator) {
        return new KernelRun(emulator);
    }

    /** The argument of the kernels. Its pointers are set by {@link #upload} and {@link #allocate}. */
    public Structure batch() {
        return batch;
    }

    /** An array of zeroed structures. */
    public Structure structures(String type, int count) {
        return Structure.array(emulator, type, count);
    }

    /** Gives the batch the array of a field. */
    public KernelRun upload(String field, Structure structures) {
        return upload(field, structures.bytes());
    }

    /** Gives the batch the array of a field. */
    public KernelRun upload(String field, ByteBuffer bytes) {
        allocate(field, bytes.remaining());
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining())
                .put(bytes.duplicate())
                .flip();
        stream.upload(direct, arrays.get(field).address());
        return this;
    }

    /** Gives the batch zeroed memory for the array of a field. */
    public KernelRun allocate(String field, long bytes) {
        DeviceMemory memory = device.allocate(Math.max(1, bytes));
        arrays.put(field, memory);
        batch.put(field, memory.address());
        stream.zero(memory.address(), bytes);
        return this;
    }

    public KernelRun launch(String kernel, Grid grid) {
        stream.launch(new Kernel(kernel), grid, batch.bytes());
        return this;
    }

    /** Waits for the kernels. Returns the array of a field. */
    public ByteBuffer download(String field) {
        DeviceMemory memory = arrays.get(field);
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) memory.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        stream.download(memory.address(), bytes.duplicate());
        stream.await();
        return bytes;
    }

    @Override
    public void close() {
        stream.close();
        arrays.values().forEach(DeviceMemory::close);
        device.close();
    }
}
