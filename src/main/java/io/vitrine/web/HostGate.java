package io.vitrine.web;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Locale;

/**
 * Lets a few requests at a time through to one host, none while the host asks for a pause, and for a while none to a host that is
 * down: after {@value #FAILURES} requests in a row without an answer, or with "too many requests". After that while one request
 * tries again.
 */
final class HostGate {
    static final int FAILURES = 16;

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
                    return;
                }
                wait(Math.max(1, pause <= 0 ? 0 : pause / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } finally {
            caller.proceeds();
        }
    }

    private void requireUp() throws WebRefusedException {
        if (failures < FAILURES) {
            return;
        }
        long now = System.nanoTime();
        if (now - askAgainNanos < 0) {
            throw new WebRefusedException(
                    "not asked: the host failed " + failures + " requests in a row, the last with: " + lastFailure);
        }
        askAgainNanos = now + pace.rest().toNanos(); // this request is the trial
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

    /** The host has not answered, or was asked too much. */
    synchronized void failed(String why) {
        lastFailure = why;
        failures++;
        if (failures == FAILURES) {
            askAgainNanos = System.nanoTime() + pace.rest().toNanos();
            notifyAll();
        }
    }

    /** The host asks for a pause. */
    synchronized void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        pauseEndNanos = end - pauseEndNanos > 0 ? end : pauseEndNanos;
    }
}
