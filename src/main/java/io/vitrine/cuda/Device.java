package io.vitrine.cuda;

import java.nio.ByteBuffer;

/**
 * What kernels run on: a GPU, or, in tests, the same kernels compiled for the CPU. Thread-safe. Every call may throw a {@link
 * DeviceException}.
 */
public interface Device extends AutoCloseable {
    /** For messages: "GPU 0 (NVIDIA H100 80GB HBM3)". */
    String name();

    /**
     * Memory of the device.
     *
     * @param bytes at least 1
     * @throws DeviceOutOfMemoryException if it has not so much left
     */
    DeviceMemory allocate(long bytes);

    /**
     * Memory of the host that the device reads and writes directly. Little-endian, zeroed.
     *
     * @param bytes at least 1
     * @throws DeviceOutOfMemoryException if the host cannot lock so much
     */
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
        /** A view of all of it, at position 0. Not to be touched after {@link #close}: the JVM would crash. */
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
         * @param argument its only argument, a structure of at most 4,096 bytes. It is copied
         */
        void launch(Kernel kernel, Grid grid, ByteBuffer argument);

        /**
         * Waits, without using the CPU, until all work is done.
         *
         * @throws DeviceException if work failed. Work that was begun may still run, unless the device is lost
         * @throws DeviceOutOfMemoryException if waiting takes memory that there is none of. The work still runs
         */
        void await();

        @Override
        void close();
    }

    /**
     * How many threads run a kernel.
     *
     * @param columns {@code gridDim.x}, at least 1
     * @param rows {@code gridDim.y}, 1 to 65,535
     * @param threads of a block, 1 to 1,024
     * @param sharedBytes of a block, dynamic
     */
    record Grid(int columns, int rows, int threads, int sharedBytes) {
        private static final int MAX_ROWS = 65_535; // of every GPU
        private static final int MAX_THREADS = 1_024;

        public Grid {
            if (columns < 1 || rows < 1 || rows > MAX_ROWS || threads < 1 || threads > MAX_THREADS || sharedBytes < 0) {
                throw new IllegalArgumentException("No GPU runs a grid of " + columns + " x " + rows + " blocks of "
                        + threads + " threads with " + sharedBytes + " bytes");
            }
        }
    }

    /** A kernel's name, as the source declares it. */
    record Kernel(String name) {}
}
