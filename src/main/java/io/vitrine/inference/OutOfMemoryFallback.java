package io.vitrine.inference;

import io.vitrine.VitrineException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Runs batches. Once a batch exceeds the device's memory, all batches run in parts of half the capacity, one part at a time,
 * because tasks that share the model fill the device together. If a part alone exceeds the memory, the run fails. Thread-safe.
 */
final class OutOfMemoryFallback {
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final List<String> OUT_OF_MEMORY_MESSAGES =
            List.of("out of memory", "failed to allocate memory", "alloc_failed", "bfcarena");

    private final AtomicInteger maxImages = new AtomicInteger(UNLIMITED);
    private final ReadWriteLock device =
            new ReentrantReadWriteLock(); // read: one of many whole batches; write: one in parts

    /** Whether batches run in parts. */
    boolean isActive() {
        return maxImages.get() < UNLIMITED;
    }

    BatchFeatures run(PixelBatch batch, Function<PixelBatch, BatchFeatures> model) {
        if (isActive()) {
            return runAlone(batch, maxImages.get(), model);
        }
        device.readLock().lock();
        try {
            return model.apply(batch);
        } catch (VitrineException e) {
            if (!isOutOfMemory(e)) {
                throw e;
            }
            maxImages.set(half(batch.capacity()));
        } finally {
            device.readLock().unlock();
        }
        return runAlone(batch, half(batch.count()), model);
    }

    private static int half(int count) {
        return (count + 1) / 2;
    }

    private BatchFeatures runAlone(PixelBatch batch, int partSize, Function<PixelBatch, BatchFeatures> model) {
        device.writeLock().lock();
        try {
            return runInParts(batch, partSize, model);
        } finally {
            device.writeLock().unlock();
        }
    }

    private static BatchFeatures runInParts(PixelBatch batch, int partSize, Function<PixelBatch, BatchFeatures> model) {
        int last = (batch.count() - 1) / partSize * partSize;
        BatchFeatures features = model.apply(batch.slice(last, batch.count() - last));
        for (int from = last - partSize; from >= 0; from -= partSize) {
            features = model.apply(batch.slice(from, partSize)).concat(features);
        }
        return features;
    }

    /** Whether the message of {@code e} says that the device has no memory left. */
    static boolean isOutOfMemory(Throwable e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return OUT_OF_MEMORY_MESSAGES.stream().anyMatch(message::contains);
    }
}
