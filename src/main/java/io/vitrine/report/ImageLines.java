package io.vitrine.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Prints lines with rate, failures and time left: the first with the first image, then one every ten seconds. */
final class ImageLines implements ImageMeter {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final long total;
    private final PrintStream err;
    private final LongSupplier clock;
    private final long start;
    private long next;

    /** @param clock in nanoseconds, from any origin */
    ImageLines(long total, PrintStream err, LongSupplier clock) {
        this.total = total;
        this.err = err;
        this.clock = clock;
        this.start = clock.getAsLong();
        this.next = start;
    }

    @Override
    public void update(long done, long failed) {
        long now = clock.getAsLong();
        if (now - next >= 0) {
            next = now + INTERVAL_NANOS;
            err.println(line(done, failed, (now - start) / 1e9));
        }
    }

    private String line(long done, long failed, double seconds) {
        double rate = done / seconds;
        return String.format(
                Locale.ROOT,
                "%,d of %,d images, %,d failed, %.1f/s, %,.0f s left",
                done,
                total,
                failed,
                rate,
                (total - done) / rate);
    }
}
