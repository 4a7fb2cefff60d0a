package io.vitrine.cuda;

import java.nio.ByteBuffer;

/** What kernels run on: a GPU, or, in tests, the same kernels compiled for the CPU. Thread-safe. */
public interface Device extends AutoCloseable {
    /** For messages: "GPU 0 (NVIDIA H100 80GB HBM3)". */
    String name();

    /**
     * Memory of the device.
     *
     * @throws DeviceOutOfMemoryException if it has not so much left
     */
    DeviceMemory allocate(long bytes);

    /** Memory of the host that the device reads and writes directly. Little-endian, zeroed. */
    HostMemory allocateHost(int bytes);

    /** A sequence of work. Streams run beside each other. */
    Stream newStream();

    /** Frees what the device holds for this program. */
    @Override
    void close();

    /** Addressable memory of the device. */
    interface DeviceMemory extends AutoCloseable {
        long address();

        long bytes();

        @Override
        void close();
    }

    /** Page-locked memory of the host. */
    interface HostMemory extends AutoCloseable {
        ByteBuffer bytes();

        @Override
        void close();
    }

    /**
     * Work that the device does in this order, later. Errors of the device show in any call.
     *
     * <p>Buffers of the host must be direct and stay reachable until {@link #await}. Their position and limit count.
     */
    interface Stream extends AutoCloseable {
        void upload(ByteBuffer from, long address);

        void download(long address, ByteBuffer to);

        void zero(long address, long bytes);

        /**
         * Runs a kernel.
         *
         * @param argument its only argument, a structure
         */
        void launch(Kernel kernel, Grid grid, ByteBuffer argument);

        /** Waits, without using the CPU, until all work is done. */
        void await();

        @Override
        void close();
    }

    /**
     * How many threads run a kernel.
     *
     * @param columns {@code gridDim.x}
     * @param rows {@code gridDim.y}
     * @param threads of a block
     * @param sharedBytes of a block, dynamic
     */
    record Grid(int columns, int rows, int threads, int sharedBytes) {}

    /** A kernel's name, as the source declares it. */
    record Kernel(String name) {}
}
