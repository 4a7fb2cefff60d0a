package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.DeviceMemory;
import io.vitrine.cuda.Device.HostMemory;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import java.nio.ByteBuffer;

/**
 * The memory of a launch, reused by the next. To give memory back waits for all that the device does, the model's work included, so it
 * grows by half at least; nothing is kept when it grows. Not thread-safe.
 */
final class DeviceArena implements AutoCloseable {
    private static final int HOST_STEP = 1 << 20;

    private final Device device;
    private final long maxBytes;
    private DeviceMemory memory; // null before the first launch
    private HostMemory host;

    /** @param maxBytes of the device */
    DeviceArena(Device device, long maxBytes) {
        this.device = device;
        this.maxBytes = maxBytes;
    }

    /**
     * Address of at least {@code bytes} of the device.
     *
     * @param bytes at most {@code maxBytes}
     */
    long memory(long bytes) {
        if (memory == null || memory.bytes() < bytes) {
            long larger = memory == null ? bytes : Math.min(maxBytes, memory.bytes() + memory.bytes() / 2);
            freeMemory();
            memory = allocate(bytes, Math.max(bytes, larger));
        }
        return memory.address();
    }

    private DeviceMemory allocate(long bytes, long better) {
        try {
            return device.allocate(better);
        } catch (DeviceOutOfMemoryException e) {
            if (better == bytes) {
                throw e;
            }
            return device.allocate(bytes);
        }
    }

    /** Page-locked memory of the host, for structures on their way to the device and statuses on their way back. */
    ByteBuffer host(int bytes) {
        if (host == null || host.bytes().capacity() < bytes) {
            freeHost();
            host = device.allocateHost((bytes + HOST_STEP - 1) / HOST_STEP * HOST_STEP);
        }
        return host.bytes().duplicate().clear();
    }

    private void freeHost() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    /** Gives the device's memory back. */
    void freeMemory() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    @Override
    public void close() {
        freeMemory();
        freeHost();
    }
}
