package io.vitrine.cuda;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.vitrine.VitrineException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Locks the pages of a buffer so that a GPU reads them directly. Other memory is copied piece by piece by the driver first. */
public final class PinnedMemory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PinnedMemory.class);
    private static final int PORTABLE = 1; // CU_MEMHOSTREGISTER_PORTABLE: locked for every GPU

    @SuppressWarnings("unused") // keeps the memory allocated while it is locked
    private final ByteBuffer buffer;

    private final CudaContext context;
    private final Resources.Resource lock;

    private PinnedMemory(ByteBuffer buffer, CudaContext context, Resources.Resource lock) {
        this.buffer = buffer;
        this.context = context;
        this.lock = lock;
    }

    /**
     * Locks {@code direct}. Empty if the driver refuses; the buffer stays usable.
     *
     * @param gpu the number of the GPU that reads the buffer
     */
    public static Optional<PinnedMemory> of(ByteBuffer direct, int gpu) {
        try {
            return Optional.of(lock(Driver.load(), direct, gpu));
        } catch (VitrineException | DeviceException | DeviceOutOfMemoryException e) {
            LOG.debug("Batches stay in pageable memory", e);
            return Optional.empty();
        }
    }

    static PinnedMemory lock(Driver driver, ByteBuffer direct, int gpu) {
        Pointer start = Native.getDirectBufferPointer(direct);
        CudaContext context = CudaContext.retain(driver, gpu);
        try {
            context.call(
                    "cuMemHostRegister", library -> library.cuMemHostRegister_v2(start, direct.capacity(), PORTABLE));
            Resources.Resource lock = new Resources(context).add(library -> library.cuMemHostUnregister(start));
            return new PinnedMemory(direct, context, lock);
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    @Override
    public void close() {
        lock.close();
        context.close();
    }
}
