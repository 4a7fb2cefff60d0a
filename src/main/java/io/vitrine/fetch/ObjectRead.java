package io.vitrine.fetch;

import io.vitrine.catalog.ImageRef;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One read under way. The reading thread reports how far it is; the task's thread decides whether to give it up. A thread that is
 * blocked in a read cannot be stopped on every file system, so it is left behind, with its array, until the read returns.
 */
final class ObjectRead {
    private enum State {
        RUNNING,
        DONE,
        ABANDONED
    }

    private final ImageRef ref;
    private final long bytesPerStretch;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private volatile boolean started;
    private volatile long startNanos;
    private volatile long stretchNanos; // when the current stretch began
    private volatile long bytes;
    private long stretchBytes; // used by the reading thread

    ObjectRead(ImageRef ref, ReadLimits limits) {
        this.ref = ref;
        this.bytesPerStretch = limits.bytesPerTimeout();
    }

    /** The object as it was asked for. */
    ImageRef ref() {
        return ref;
    }

    /** The reading thread begins. */
    void start() {
        startNanos = System.nanoTime();
        stretchNanos = startNanos;
        started = true;
    }

    /** The reading thread has {@code total} bytes of the object. */
    void progress(long total) {
        bytes = total;
        if (total - stretchBytes >= bytesPerStretch) {
            stretchBytes = total;
            stretchNanos = System.nanoTime();
        }
    }

    /** Gives the current stretch its whole time again. */
    void restartStretch() {
        stretchNanos = System.nanoTime();
    }

    /** Bytes that have arrived. */
    long bytes() {
        return bytes;
    }

    /** The time since the read began. */
    Duration age() {
        return started ? Duration.ofNanos(System.nanoTime() - startNanos) : Duration.ZERO;
    }

    /** Whether too few bytes have arrived within {@code timeout}. */
    boolean isOverdue(Duration timeout) {
        return started && System.nanoTime() - stretchNanos > timeout.toNanos();
    }

    /** Gives the read up, unless it is done. */
    boolean abandon() {
        return state.compareAndSet(State.RUNNING, State.ABANDONED);
    }

    /** The reading thread ends. Returns false if nobody waits for the result. */
    boolean finish() {
        return state.compareAndSet(State.RUNNING, State.DONE);
    }

    boolean isAbandoned() {
        return state.get() == State.ABANDONED;
    }
}
