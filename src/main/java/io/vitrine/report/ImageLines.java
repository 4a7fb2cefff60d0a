package io.vitrine.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Prints lines with failures, rate and time left: the first with the first image, then one every ten seconds. The rate is that
 * since the first line, so it leaves out the start of the run.
 */
final class ImageLines implements ImageMeter {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final long total;
    private final PrintStream err;
    private final LongSupplier clock;
    private long firstDone;
    private long start;
    private long next;

    /** @param clock in nanoseconds, from any origin */
    ImageLines(long total, PrintStream err, LongSupplier clock) {
        this.total = total;
        this.err = err;
        this.clock = clock;
    }

    @Override
    public void update(long done, long failed) {
        long now = clock.getAsLong();
        if (firstDone == 0) {
            firstDone = done;
            start = now;
            next = now;
        }
        if (now - next >= 0) {
            next = now + INTERVAL_NANOS;
            String speed = done == firstDone ? "" : speed(done, (now - start) / 1e9);
            err.println(String.format(
                    Locale.ROOT, "%,d of %s, %,d failed%s", done, Counted.of(total, "image"), failed, speed));
        }
    }

    private String speed(long done, double seconds) {
        double rate = (done - firstDone) / seconds;
        return String.format(Locale.ROOT, ", %.1f/s, %,.0f s left", rate, (total - done) / rate);
    }
}
