package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.DeviceMemory;
import io.vitrine.cuda.Device.HostMemory;
import java.nio.ByteBuffer;

/** The memory of a launch, reused by the next. Grows by {@link #STEP}; nothing is kept when it grows. Not thread-safe. */
final class DeviceArena implements AutoCloseable {
    private static final long STEP = 16L << 20;
    private static final int HOST_STEP = 1 << 20;

    private final Device device;
    private DeviceMemory memory; // null before the first launch
    private HostMemory host;

    DeviceArena(Device device) {
        this.device = device;
    }

    /** Address of at least {@code bytes} of the device. */
    long memory(long bytes) {
        if (memory == null || memory.bytes() < bytes) {
            freeMemory();
            memory = device.allocate((bytes + STEP - 1) / STEP * STEP);
        }
        return memory.address();
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
