package io.vitrine.fetch;

import java.io.Serializable;
import java.time.Duration;

/**
 * How slowly an object may arrive before it is given up.
 *
 * <p>Each stretch of {@code timeout} must bring {@code leastRate} × {@code timeout} bytes, or the rest of the object. So an object
 * takes at most {@code timeout} + length / {@code leastRate}. With 120 s and 4 KiB/s: 120 s up to 480 KiB, 43 minutes for 10 MiB
 * that arrive at the least rate, and 120 s for an object of any size that stalls. An executor with 128 reads under way needs a
 * link of 128 × 4 KiB/s, about 4 Mbit/s.
 *
 * @param timeout includes the client's own retries
 * @param leastRate bytes per second; 0 for any progress
 */
public record ReadLimits(Duration timeout, long leastRate) implements Serializable {
    /** The bytes that begin a new stretch. */
    long bytesPerTimeout() {
        return Math.max(1, leastRate * timeout.toMillis() / 1000);
    }
}
