package io.vitrine.web;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Locale;

/**
 * Lets a few requests at a time through to one host, none while the host asks for a pause, and for a while none to a host that is
 * down: after {@value #FAILURES} requests in a row without an answer, or pauses that did not help. After that while one request
 * tries again.
 */
final class HostGate {
    static final int FAILURES = 16;
    private static final int FULL_MILLIS = 1_000; // leave() wakes earlier

    private final int limit;
    private final WebPace pace;
    private int inside;
    private int failures;
    private String lastFailure = "";
    private long askAgainNanos; // for a host that is down
    private long pauseEndNanos = System.nanoTime();

    /** @param limit requests at a time */
    HostGate(int limit, WebPace pace) {
        this.limit = limit;
        this.pace = pace;
    }

    /**
     * Waits for a request's turn. {@link #leave} ends it.
     *
     * @throws WebRefusedException if the host is down, or asks for too long a pause
     */
    synchronized void enter(WebCaller caller) throws WebRefusedException, InterruptedIOException {
        caller.waits();
        try {
            while (true) {
                requireUp();
                long pause = pauseNanos();
                if (pause <= 0 && inside < limit) {
                    inside++;
                    if (failures >= FAILURES) { // this request is the trial
                        askAgainNanos = System.nanoTime() + pace.rest().toNanos();
                    }
                    return;
                }
                wait(pause <= 0 ? FULL_MILLIS : Math.max(1, pause / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } finally {
            caller.proceeds();
        }
    }

    private void requireUp() throws WebRefusedException {
        if (failures >= FAILURES && System.nanoTime() - askAgainNanos < 0) {
            throw new WebRefusedException(
                    "not asked: the host failed " + failures + " requests in a row, the last with: " + lastFailure);
        }
    }

    private long pauseNanos() throws WebRefusedException {
        long pause = pauseEndNanos - System.nanoTime();
        if (pause > pace.longestPause().toNanos()) {
            throw new WebRefusedException(String.format(
                    Locale.ROOT,
                    "not asked: the host asks to wait %,d s",
                    Duration.ofNanos(pause).toSeconds()));
        }
        return pause;
    }

    /** A request has ended. */
    synchronized void leave() {
        inside--;
        notifyAll();
    }

    /** The host has answered. */
    synchronized void answered() {
        failures = 0;
    }

    /** The host has not answered. */
    synchronized void failed(String why) {
        lastFailure = why;
        failures++;
        if (failures == FAILURES) {
            askAgainNanos = System.nanoTime() + pace.rest().toNanos();
            notifyAll();
        }
    }

    /** The host asks for a pause. Requests that were under way when it began are no failures of their own. */
    synchronized void pause(Duration time, String why) {
        long now = System.nanoTime();
        if (now - pauseEndNanos >= 0) {
            failed(why);
        }
        long end = now + Math.max(time.toNanos(), pace.pause().toNanos());
        pauseEndNanos = end - pauseEndNanos > 0 ? end : pauseEndNanos;
    }
}
