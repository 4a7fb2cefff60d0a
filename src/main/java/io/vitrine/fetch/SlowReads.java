package io.vitrine.fetch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns in the executor's log about objects that keep a task waiting, at most once in {@link #PAUSE}. */
final class SlowReads {
    /** How long a read may take before it is called slow. */
    static final Duration SLOW = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(SlowReads.class);
    private static final AtomicLong LAST_NANOS = new AtomicLong(System.nanoTime() - PAUSE.toNanos());

    private SlowReads() {}

    /** Warns about {@code read} if it is slow. Returns whether it has said so. */
    static boolean warn(ObjectRead read, Duration timeout) {
        long last = LAST_NANOS.get();
        long now = System.nanoTime();
        if (read.isWaiting()
                || read.age().compareTo(SLOW) < 0
                || now - last < PAUSE.toNanos()
                || !LAST_NANOS.compareAndSet(last, now)) {
            return false;
        }
        LOG.warn(
                "Slow storage: {} has sent {} bytes of {} in {} s. It is given up after {} s without enough of them"
                        + " (--object-timeout, --object-rate).",
                read.ref().path(),
                read.bytes(),
                read.ref().isListed() ? read.ref().length() : "an unknown number",
                read.age().toSeconds(),
                timeout.toSeconds());
        return true;
    }
}
