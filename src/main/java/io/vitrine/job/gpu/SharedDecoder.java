package io.vitrine.job.gpu;

import io.vitrine.gpu.BatchDecoder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decoder of a GPU, which the tasks of this process share until it fails. After that it is given up, because each try costs time:
 * tasks decode on the CPU, and it is closed when the batches under way have ended. Thread-safe.
 */
public final class SharedDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(SharedDecoder.class);

    /** A decoder that loses so many batches one after the other is given up. Other programs may fill a GPU for a moment. */
    private static final int MAX_LOST = 3;

    private final int gpu;
    private final Optional<BatchDecoder> decoder;
    private final AtomicReference<String> fault = new AtomicReference<>();
    private final AtomicBoolean faultTaken = new AtomicBoolean();
    private final AtomicInteger lost = new AtomicInteger(); // one after the other
    private int users; // guarded by this
    private int batches; // that are open; guarded by this
    private boolean ended; // nobody new uses it; guarded by this
    private boolean closed; // guarded by this

    private SharedDecoder(int gpu, Optional<BatchDecoder> decoder) {
        this.gpu = gpu;
        this.decoder = decoder;
    }

    static SharedDecoder of(int gpu, BatchDecoder decoder) {
        return new SharedDecoder(gpu, Optional.of(decoder));
    }

    /** A decoder that could not be opened. */
    static SharedDecoder unavailable(int gpu, String reason) {
        SharedDecoder none = new SharedDecoder(gpu, Optional.empty());
        none.giveUp(reason);
        return none;
    }

    /** Whether it could be opened. It may have been given up since. */
    public boolean wasOpened() {
        return decoder.isPresent();
    }

    /** Why it cannot be used; empty if it can. */
    public Optional<String> fault() {
        return Optional.ofNullable(fault.get());
    }

    /** {@link #fault} for the first who asks, so that it is reported once; empty for others. */
    public Optional<String> takeFault() {
        return fault().filter(reason -> faultTaken.compareAndSet(false, true));
    }

    /** Stops using it. The first reason counts. */
    public void giveUp(String reason) {
        if (fault.compareAndSet(null, reason)) {
            LOG.warn("GPU {} does not decode images, so this process decodes them on the CPU: {}", gpu, reason);
            closeIfUnused();
        }
    }

    /** An empty batch, for which the caller tells {@link #closedBatch} after closing it. Empty if the decoder was given up. */
    public synchronized Optional<BatchDecoder.Batch> newBatch() {
        if (fault.get() != null) {
            return Optional.empty();
        }
        Optional<BatchDecoder.Batch> batch = decoder.map(BatchDecoder::newBatch);
        batches++;
        return batch;
    }

    /** Tells that a batch was closed. */
    public void closedBatch() {
        synchronized (this) {
            batches--;
        }
        closeIfUnused();
    }

    /** Tells that a batch was decoded. */
    public void decodedBatch() {
        lost.set(0);
    }

    /** Tells that the device failed on every file of a batch. */
    public void lostBatch() {
        if (lost.incrementAndGet() >= MAX_LOST) {
            giveUp("it failed on " + MAX_LOST + " batches one after the other, or had no memory for them");
        }
    }

    /** Whether the caller may use it: it has not ended. */
    synchronized boolean enter() {
        users += ended ? 0 : 1;
        return !ended;
    }

    /** Tells that a task uses it no longer. */
    public void leave() {
        synchronized (this) {
            users--;
        }
        closeIfUnused();
    }

    synchronized boolean isUsed() {
        return users > 0;
    }

    /** Closes it, when the last user has left. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        closeIfUnused();
    }

    /** One that cannot be closed must not keep others from being opened or closed, or fail a task. */
    private void closeIfUnused() {
        if (!takeForClosing()) {
            return;
        }
        try {
            decoder.ifPresent(BatchDecoder::close);
        } catch (RuntimeException | Error e) {
            LOG.warn("The decoder of GPU {} cannot be closed. Its memory is freed when the process ends", gpu, e);
        }
    }

    private synchronized boolean takeForClosing() {
        boolean unused = ended && users == 0 || fault.get() != null && batches == 0;
        boolean taken = unused && !closed;
        closed |= unused;
        return taken;
    }
}
