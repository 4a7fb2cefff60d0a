package io.vitrine.inference;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A buffer's pages, locked so that a GPU reads them itself; from others the driver copies piece by piece first. */
final class PinnedMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PinnedMemory.class);
    private static final String CUDA_RUNTIME = "libcudart.so.12"; // the one that ONNX Runtime has loaded
    private static final int PORTABLE = 1; // for every GPU
    private static final int SUCCESS = 0;

    @SuppressWarnings("unused") // its memory must not be freed while it is locked
    private final ByteBuffer buffer;

    private final Pointer start;

    private PinnedMemory(ByteBuffer buffer, Pointer start) {
        this.buffer = buffer;
        this.start = start;
    }

    /**
     * Locks {@code direct}; empty if that cannot be, and then it is read as any other.
     *
     * @param gpu the number of the GPU that will read it
     */
    static Optional<PinnedMemory> of(ByteBuffer direct, int gpu) {
        try {
            Pointer start = Native.getDirectBufferPointer(direct);
            call("cudaSetDevice", gpu); // or a new thread opens the first one
            if (call("cudaHostRegister", start, (long) direct.capacity(), PORTABLE) == SUCCESS) {
                return Optional.of(new PinnedMemory(direct, start));
            }
            call("cudaGetLastError"); // takes the failure back, which the next kernel's check would find
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
