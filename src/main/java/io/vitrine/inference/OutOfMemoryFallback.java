package io.vitrine.inference;

import io.vitrine.VitrineException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Runs batches, and from the moment on that the device had no memory for one, parts of half a full batch, one at a time: tasks
 * that share the model fill the device together. Halved once; if a part alone is too much as well, the run says so.
 */
final class OutOfMemoryFallback {
    private static final int WHOLE = Integer.MAX_VALUE;
    private static final List<String> SIGNS =
            List.of("out of memory", "failed to allocate memory", "alloc_failed", "bfcarena");

    private final AtomicInteger most = new AtomicInteger(WHOLE);
    private final ReadWriteLock memory = new ReentrantReadWriteLock(); // whole batches side by side, or one in parts

    /** Whether batches are run in parts by now. */
    boolean isHalved() {
        return most.get() < WHOLE;
    }

    BatchFeatures run(PixelBatch batch, Function<PixelBatch, BatchFeatures> model) {
        if (isHalved()) {
            return alone(batch, most.get(), model);
        }
        memory.readLock().lock();
        try {
            return model.apply(batch);
        } catch (VitrineException e) {
            if (!isOutOfMemory(e)) {
                throw e;
            }
            most.set(half(batch.capacity()));
        } finally {
            memory.readLock().unlock();
        }
        return alone(batch, half(batch.count()), model);
    }

    private static int half(int count) {
        return (count + 1) / 2;
    }

    private BatchFeatures alone(PixelBatch batch, int size, Function<PixelBatch, BatchFeatures> model) {
        memory.writeLock().lock();
        try {
            return inParts(batch, size, model);
        } finally {
            memory.writeLock().unlock();
        }
    }

    private static BatchFeatures inParts(PixelBatch batch, int size, Function<PixelBatch, BatchFeatures> model) {
        BatchFeatures all = null;
        for (int from = (batch.count() - 1) / size * size;
                from >= 0;
                from -= size) { // the last first: each holds its followers
            int count = Math.min(size, batch.count() - from);
            BatchFeatures part = model.apply(batch.part(from, count));
            all = all == null ? part : BatchFeatures.joined(part, count, all);
        }
        return all;
    }

    private static boolean isOutOfMemory(Throwable e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return SIGNS.stream().anyMatch(text::contains);
    }
}
