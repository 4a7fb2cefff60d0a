package io.vitrine.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    /**
     * Waits until {@code condition} holds.
     *
     * @param event the condition in words, for the error
     * @throws AssertionError if it does not hold within {@code timeout}
     */
    public static void until(String event, Duration timeout, BooleanSupplier condition) {
        until(() -> event, timeout, condition);
    }

    /** {@link #until(String, Duration, BooleanSupplier)} with a message that is made when the timeout has passed. */
    public static void until(Supplier<String> event, Duration timeout, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new AssertionError("Waited " + timeout.toSeconds() + " s in vain: " + event.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting", e);
        }
    }
}
