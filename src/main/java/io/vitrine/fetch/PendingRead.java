package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.StorageErrors;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A read under way on another thread, which a task waits for or leaves behind.
 *
 * @param items whose objects it brings
 * @param bytes of the arrays that it needs
 */
record PendingRead<T>(Future<ReadAttempt<T>> attempt, List<T> items, ObjectRead read, long bytes) {
    private static final long LOOK_MILLIS = 200; // between two looks at a read that a task waits for
    private static final Duration PAUSE = Duration.ofSeconds(5); // a look that takes longer was suspended

    /**
     * The result of the read; a rejection if it takes too long.
     *
     * @param ref the object of an item
     * @param restartOthers after a pause of this process, in which the reads behind this one did not run either
     * @throws StorageException if the store fails
     */
    ReadAttempt<T> await(ReadLimits limits, Function<T, ImageRef> ref, Runnable restartOthers) {
        boolean warned = false;
        try {
            while (true) {
                Duration timeout = health().isGone() ? StoreHealth.PROBE : limits.timeout();
                long look = System.nanoTime();
                try {
                    return attempt.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (System.nanoTime() - look > PAUSE.toNanos()) { // this process did not run, nor did the reads
                        restartOthers.run();
                        read.restartStretch();
                    }
                    if (read.isOverdue(timeout) && read.abandon()) {
                        return giveUp(ref);
                    }
                    warned = warned || SlowReads.warn(read, timeout);
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            abandon();
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while fetching an image", e);
        }
    }

    /** Leaves a read behind. Its thread ends when the file system returns. */
    private ReadAttempt<T> giveUp(Function<T, ImageRef> ref) {
        StoreHealth health = health();
        health.left();
        attempt.cancel(true);
        IOException stalled = new SocketTimeoutException(String.format(
                Locale.ROOT,
                "too slow: %d bytes in %.1f s (--object-timeout, --object-rate)",
                read.bytes(),
                read.age().toMillis() / 1000.0));
        if (health.failed(read.ref().path())) {
            throw StorageErrors.of(StoreHealth.GONE, read.ref().path(), stalled);
        }
        if (health.hasTooManyLeft()) {
            throw StorageErrors.of(StoreHealth.HANGS, read.ref().path(), stalled);
        }
        ImageRejectedException rejection = new ImageRejectedException(RejectionReason.UNREADABLE, stalled.getMessage());
        List<Fetched<T>> results = new ArrayList<>();
        items.forEach(item -> results.add(new Fetched.Rejected<>(item, ref.apply(item), rejection)));
        return new ReadAttempt.Done<>(results, List.of());
    }

    private StoreHealth health() {
        return StoreHealth.of(read.ref().path());
    }

    /** Leaves the read behind if it is not done. */
    void abandon() {
        if (read.abandon()) {
            health().left();
        }
    }
}
