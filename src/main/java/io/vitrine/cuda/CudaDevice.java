package io.vitrine.cuda;

import io.vitrine.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A GPU, in the context that ONNX Runtime uses too. */
public final class CudaDevice implements Device {
    private static final int OLDEST_ARCHITECTURE = 70; // the first with __grid_constant__

    private final CudaContext context;
    private final KernelModule kernels;
    private final Resources resources;
    private final Set<CudaStream> streams = ConcurrentHashMap.newKeySet();
    private boolean closed;

    private CudaDevice(CudaContext context, KernelModule kernels) {
        this.context = context;
        this.kernels = kernels;
        this.resources = new Resources(context);
    }

    /**
     * Compiles {@code program} for a GPU and loads it. Takes seconds.
     *
     * @param gpu its number, as ONNX Runtime counts
     * @throws ConfigurationException if there is no such GPU, no driver or no NVRTC, or if one of them refuses the program; the
     *     message says what to install
     * @throws DeviceOutOfMemoryException if the GPU has no memory left for the program
     * @throws DeviceException if the GPU fails
     */
    public static CudaDevice open(int gpu, Program program) {
        return open(Driver.load(), gpu, (driver, architecture) -> NvrtcFinder.of(System.getenv(), Path.of("/usr/local"))
                .find(driver.cudaMajor())
                .compile(program, architecture));
    }

    /** Makes code for a GPU. */
    interface Compiler {
        /**
         * Compiles.
         *
         * @param architecture ten times the compute capability: 90 for 9.0
         */
        MachineCode compile(Driver driver, int architecture);
    }

    static CudaDevice open(Driver driver, int gpu, Compiler compiler) {
        CudaContext context = CudaContext.retain(driver, gpu);
        try {
            int architecture = context.architecture();
            if (architecture < OLDEST_ARCHITECTURE) {
                throw new ConfigurationException(context.name() + " has compute capability " + architecture / 10.0
                        + "; kernels need 7.0 or later (Volta, Turing and their successors)");
            }
            MachineCode code = compiler.compile(driver, architecture);
            return new CudaDevice(context, KernelModule.load(context, code));
        } catch (RuntimeException | Error e) {
            context.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return context.name();
    }

    @Override
    public synchronized DeviceMemory allocate(long bytes) {
        requireOpen();
        requirePositive(bytes);
        return CudaDeviceMemory.allocate(context, resources, bytes);
    }

    @Override
    public synchronized HostMemory allocateHost(int bytes) {
        requireOpen();
        requirePositive(bytes);
        return CudaHostMemory.allocate(context, resources, bytes);
    }

    @Override
    public synchronized Stream newStream() {
        requireOpen();
        CudaStream stream = CudaStream.create(context, kernels, streams::remove);
        streams.add(stream);
        return stream;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(context.name() + " is closed");
        }
    }

    private static void requirePositive(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(bytes + " bytes: at least 1 is needed");
        }
    }

    /** Waits for all streams, and frees them, all memory and the program. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            List.copyOf(streams).forEach(CudaStream::close);
            resources.freeAll();
            kernels.unload();
            context.close();
        }
    }
}
