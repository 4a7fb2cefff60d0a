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

    private final Pointer start;

    private PinnedMemory(Pointer start) {
        this.start = start;
    }

    /** Locks {@code direct}; empty, and no harm done, if that cannot be. */
    static Optional<PinnedMemory> of(ByteBuffer direct) {
        Pointer start = Native.getDirectBufferPointer(direct);
        int status = call("cudaHostRegister", start, (long) direct.capacity(), PORTABLE);
        return status == SUCCESS ? Optional.of(new PinnedMemory(start)) : Optional.empty();
    }

    private static int call(String function, Object... arguments) {
        try {
            return NativeLibrary.getInstance(CUDA_RUNTIME).getFunction(function).invokeInt(arguments);
        } catch (UnsatisfiedLinkError e) {
            LOG.debug("{} cannot be called", function, e);
            return -1;
        }
    }

    @Override
    public void close() {
        call("cudaHostUnregister", start);
    }
}
