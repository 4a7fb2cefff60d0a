package io.vitrine.inference;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Locks the pages of a buffer so that a GPU reads them directly. Other memory is copied piece by piece by the driver first. */
final class PinnedMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PinnedMemory.class);
    private static final String CUDA_RUNTIME = "libcudart.so.12"; // the version that ONNX Runtime loads
    private static final int PORTABLE = 1; // cudaHostRegisterPortable: locked for every GPU
    private static final int SUCCESS = 0;

    @SuppressWarnings("unused") // keeps the memory allocated while it is locked
    private final ByteBuffer buffer;

    private final Pointer start;

    private PinnedMemory(ByteBuffer buffer, Pointer start) {
        this.buffer = buffer;
        this.start = start;
    }

    /**
     * Locks {@code direct}. Empty if CUDA refuses; the buffer stays usable.
     *
     * @param gpu the number of the GPU that reads the buffer
     */
    static Optional<PinnedMemory> of(ByteBuffer direct, int gpu) {
        try {
            Pointer start = Native.getDirectBufferPointer(direct);
            call("cudaSetDevice", gpu); // a new thread would open GPU 0
            if (call("cudaHostRegister", start, (long) direct.capacity(), PORTABLE) == SUCCESS) {
                return Optional.of(new PinnedMemory(direct, start));
            }
            call("cudaGetLastError"); // clears the error, which the check after the next kernel would find
        } catch (LinkageError e) {
            LOG.debug("Batches stay in pageable memory", e);
        }
        return Optional.empty();
    }

    private static int call(String function, Object... arguments) {
        return NativeLibrary.getInstance(CUDA_RUNTIME).getFunction(function).invokeInt(arguments);
    }

    @Override
    public void close() {
        if (call("cudaHostUnregister", start) != SUCCESS) {
            call("cudaGetLastError");
        }
    }
}
