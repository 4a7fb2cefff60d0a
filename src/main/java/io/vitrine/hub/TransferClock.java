package io.vitrine.hub;

import java.io.IOException;

/** Watches over the transfer of one file, with all attempts: a server that sends a byte now and then is as bad as one that stalls. */
final class TransferClock {
    private final HubPace pace;
    private final long end;
    private long windowEnd;
    private long inWindow;

    /** Starts with the first attempt. */
    TransferClock(HubPace pace, long bytes) {
        this.pace = pace;
        this.end = System.nanoTime() + pace.total(bytes).toNanos();
    }

    /** Begins an attempt. */
    void begin() {
        inWindow = 0;
        windowEnd = System.nanoTime() + pace.window().toNanos();
    }

    /**
     * Notes that {@code bytes} have arrived.
     *
     * @throws IOException if they come too slowly, or the time is over
     */
    void received(int bytes) throws IOException {
        inWindow += bytes;
        long now = System.nanoTime();
        if (now - end > 0) {
            throw new IOException("it takes too long");
        }
        if (now - windowEnd > 0) {
            if (inWindow < pace.leastBytes()) {
                throw new IOException(
                        "only " + inWindow + " bytes came in " + pace.window().toMillis() + " ms");
            }
            begin();
        }
    }

    /** Whether no more attempt is worth it. */
    boolean isOver() {
        return System.nanoTime() - end > 0;
    }
}
