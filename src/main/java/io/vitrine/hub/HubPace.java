package io.vitrine.hub;

import java.time.Duration;

/**
 * How long requests to the Hub may take.
 *
 * @param pauseMillis before the second attempt of a request; doubled before each later one
 * @param answer from the request to the end of the answer's headers
 * @param window in which {@code leastBytes} must arrive, or the transfer is begun again
 * @param leastBytes per {@code window}
 * @param grace that each file has in addition to its time at the least rate
 */
record HubPace(long pauseMillis, Duration answer, Duration window, long leastBytes, Duration grace) {
    /**
     * At least 32 KiB/s. Weights of 350 MB may take 3 hours and 10 minutes in all, a configuration 10 minutes.
     */
    static final HubPace DEFAULT =
            new HubPace(500, Duration.ofSeconds(60), Duration.ofSeconds(60), 60 * 32 * 1024, Duration.ofMinutes(10));

    /** The longest that a file of {@code bytes} may take, with all attempts. */
    Duration total(long bytes) {
        double windows = (double) bytes / leastBytes;
        return grace.plusMillis((long) Math.min(windows * window.toMillis(), Long.MAX_VALUE / 2.0e6));
    }
}
