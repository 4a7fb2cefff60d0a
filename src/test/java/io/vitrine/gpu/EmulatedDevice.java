package io.vitrine.gpu;

import com.sun.jna.Pointer;
import io.vitrine.cuda.Device;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The kernels on the CPU. Each stream works on a thread of its own, later than its caller, as a GPU does. Kernels of several streams
 * take turns.
 */
public final class EmulatedDevice implements Device, EmulatedStream.Memories {
    private final Emulator emulator;
    private final long capacity; // bytes
    private final AtomicLong used = new AtomicLong();
    private final Map<Long, Long> allocations = new ConcurrentSkipListMap<>(); // bytes by address

    /** @param capacity bytes of memory that it has */
    EmulatedDevice(Emulator emulator, long capacity) {
        this.emulator = emulator;
        this.capacity = capacity;
    }

    /** The shipped kernels, and memory enough. Skips the test, saying why, where there is no g++. */
    public static EmulatedDevice shipped() {
        return new EmulatedDevice(KernelCompiler.compile(KernelCompiler.SOURCES), 1L << 32);
    }

    /** The functions of its library. */
    Emulator emulator() {
        return emulator;
    }

    /** Memory that is in use, in bytes. */
    public long usedBytes() {
        return used.get();
    }

    @Override
    public String name() {
        return "emulated GPU";
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(bytes + " bytes: at least 1 is needed");
        }
        if (used.addAndGet(bytes) > capacity) {
            used.addAndGet(-bytes);
            throw new DeviceOutOfMemoryException(
                    name() + " has " + (capacity - used.get()) + " of " + capacity + " bytes left, not " + bytes);
        }
        Pointer memory = emulator.device_allocate(bytes);
        if (memory == null) {
            throw new OutOfMemoryError("mmap of " + bytes + " bytes");
        }
        long address = Pointer.nativeValue(memory);
        allocations.put(address, bytes);
        return new DeviceMemory() {
            private boolean closed;

            @Override
            public long address() {
                return address;
            }

            @Override
            public long bytes() {
                return bytes;
            }

            @Override
            public synchronized void close() {
                if (!closed) {
                    closed = true;
                    allocations.remove(address);
                    emulator.device_free(memory, bytes);
                    used.addAndGet(-bytes);
                }
            }
        };
    }

    @Override
    public HostMemory allocateHost(int bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new HostMemory() {
            @Override
            public ByteBuffer bytes() {
                return memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            }

            @Override
            public void close() {
                // the garbage collector frees it
            }
        };
    }

    @Override
    public Stream newStream() {
        return new EmulatedStream(emulator, this);
    }

    @Override
    public void require(long address, long bytes) {
        if (!contain(address, bytes)) {
            throw new IllegalStateException(
                    bytes + " bytes at " + Long.toHexString(address) + " are no memory of the device");
        }
    }

    @Override
    public boolean contain(long address, long bytes) {
        return allocations.entrySet().stream()
                .anyMatch(a -> address >= a.getKey() && address + bytes <= a.getKey() + a.getValue());
    }

    @Override
    public void close() {
        // memory is of those who allocated it
    }
}
