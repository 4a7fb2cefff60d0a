package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.HostMemory;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Page-locked pieces of {@link #BYTES}, which batches take and give back, because locking pages takes long. As many as were ever
 * needed at once, up to a limit. Thread-safe.
 */
final class HostChunks implements AutoCloseable {
    static final int BYTES = 512 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(HostChunks.class);

    private final Device device;
    private final long maxBytes;
    private final ArrayDeque<HostMemory> free = new ArrayDeque<>();
    private long bytes; // of all chunks, free or not
    private boolean closed;
    private boolean warned;

    HostChunks(Device device, long maxBytes) {
        this.device = device;
        this.maxBytes = maxBytes;
    }

    /** @throws HandOverException if the limit is reached, or the host has no more memory to lock */
    synchronized HostMemory take() throws HandOverException {
        if (!free.isEmpty()) {
            return free.pop();
        }
        if (closed || bytes + BYTES > maxBytes) {
            throw new HandOverException(closed ? HandOver.DEVICE : HandOver.SIZE);
        }
        try {
            HostMemory chunk = device.allocateHost(BYTES);
            bytes += BYTES;
            return chunk;
        } catch (RuntimeException e) { // of the driver; the GPU's next work shows whether it failed for good
            if (!warned) {
                LOG.warn("{}: no page-locked memory beyond {} MiB; the CPU decodes the rest", device.name(), bytes >> 20, e);
            }
            warned = true;
            throw new HandOverException(HandOver.DEVICE);
        }
    }

    synchronized void giveBack(HostMemory chunk) {
        if (closed) {
            chunk.close();
        } else {
            free.push(chunk);
        }
    }

    /** Frees what is not taken now; the rest when it is given back. */
    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(HostMemory::close);
        free.clear();
    }
}
