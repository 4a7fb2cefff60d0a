package io.vitrine.inference;

import io.vitrine.cuda.PinnedMemory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The batches of one model, page-locked if it runs on a GPU. They are reused, as the collector frees direct memory late.
 * Thread-safe.
 */
final class PixelBatches implements AutoCloseable {
    private final int imageBytes;
    private final Placement placement;
    private final Queue<PixelBatch> idle = new ArrayDeque<>();
    private final Map<PixelBatch, PinnedMemory> pinned = new HashMap<>(); // on GPUs only
    private boolean closed;

    /** @param placement the device that reads the batches */
    PixelBatches(int imageBytes, Placement placement) {
        this.imageBytes = imageBytes;
        this.placement = placement;
    }

    /** An empty batch, by preference one that was given back. One of another capacity is given up. */
    synchronized PixelBatch take(int capacity) {
        PixelBatch batch = idle.poll();
        if (batch != null && batch.capacity() == capacity) {
            batch.clear();
            return batch;
        }
        if (batch != null) {
            unpin(batch);
        }
        return pin(new PixelBatch(imageBytes, capacity));
    }

    /** Gives back a batch that nothing reads or writes any more. */
    synchronized void giveBack(PixelBatch batch) {
        if (closed) {
            unpin(batch);
        } else {
            idle.add(batch);
        }
    }

    private PixelBatch pin(PixelBatch batch) {
        if (placement.isGpu()) {
            PinnedMemory.of(batch.pixels(), placement.gpu()).ifPresent(pages -> pinned.put(batch, pages));
        }
        return batch;
    }

    private void unpin(PixelBatch batch) {
        PinnedMemory pages = pinned.remove(batch);
        if (pages != null) {
            pages.close();
        }
    }

    /** Unlocks the pages of batches that were given back. The others stay locked until they are: a GPU may still write to them. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(this::unpin);
        idle.clear();
    }
}
