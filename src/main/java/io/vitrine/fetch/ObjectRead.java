package io.vitrine.fetch;

import io.vitrine.catalog.ImageRef;
import io.vitrine.web.WebCaller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One read under way. The reading thread reports how far it is; the task's thread decides whether to give it up. A thread that is
 * blocked in a read cannot be stopped on every file system, so it is left behind, with its array, until the read returns.
 */
final class ObjectRead implements WebCaller {
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
    private volatile long bytes;
    private volatile boolean waiting;
    private volatile Runnable end = () -> {};
    private volatile long room = Long.MAX_VALUE;
    private long
            stretchNanos; // when the current stretch began; this and the next two are used under this object's lock
    private long stretchBytes;
    private long waitNanos; // when the waiting began

    ObjectRead(ImageRef ref, ReadLimits limits) {
        this.ref = ref;
        this.bytesPerStretch = limits.bytesPerTimeout();
    }

    /** The object as it was asked for. */
    ImageRef ref() {
        return ref;
    }

    /** The reading thread begins. */
    synchronized void start() {
        startNanos = System.nanoTime();
        stretchNanos = startNanos;
        started = true;
    }

    /**
     * The reading thread has {@code total} bytes of the object. An attempt after another begins at 0 again, but only bytes that none
     * has brought before begin a new stretch: the limits hold for all attempts together.
     */
    synchronized void progress(long total) {
        bytes = total;
        if (total - stretchBytes >= bytesPerStretch) {
            stretchBytes = total;
            stretchNanos = System.nanoTime();
        }
    }

    /** Limits the bytes that an image of unknown length may take now. */
    void limitRoom(long limit) {
        room = limit;
    }

    /** Bytes that an image of unknown length may take now. */
    long room() {
        return room;
    }

    /** The time of waiting does not count. */
    @Override
    public synchronized void waits() {
        waitNanos = System.nanoTime();
        waiting = true;
    }

    @Override
    public synchronized void proceeds() {
        stretchNanos += System.nanoTime() - waitNanos;
        waiting = false;
    }

    /** Whether the read has not begun because others are under way. */
    boolean isWaiting() {
        return waiting;
    }

    @Override
    public void canBeEndedBy(Runnable action) {
        end = action;
        if (isAbandoned()) {
            action.run();
        }
    }

    /** Gives the current stretch its whole time again. */
    synchronized void restartStretch() {
        stretchNanos = System.nanoTime();
        waitNanos = stretchNanos;
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
    synchronized boolean isOverdue(Duration timeout) {
        return started && !waiting && System.nanoTime() - stretchNanos > timeout.toNanos();
    }

    /** Gives the read up, unless it is done. */
    boolean abandon() {
        boolean abandoned = state.compareAndSet(State.RUNNING, State.ABANDONED);
        if (abandoned) {
            end.run();
        }
        return abandoned;
    }

    /** The reading thread ends. Returns false if nobody waits for the result. */
    boolean finish() {
        return state.compareAndSet(State.RUNNING, State.DONE);
    }

    boolean isAbandoned() {
        return state.get() == State.ABANDONED;
    }
}
