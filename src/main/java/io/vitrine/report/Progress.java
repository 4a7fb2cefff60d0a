package io.vitrine.report;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Says how far a run is: a bar on a terminal, a plain line now and then elsewhere. Safe between threads. */
public interface Progress extends AutoCloseable {
    /**
     * Hears of progress.
     *
     * @param done images so far, failed ones included
     */
    void update(long done, long failed);

    @Override
    void close();

    /** Shows {@code total} images on standard error, as fits where that goes. */
    static Progress show(long total) {
        return System.console() != null ? new Bar(total) : new Lines(total, System.err);
    }

    /** Shows nothing. */
    static Progress none() {
        return new Progress() {
            @Override
            public void update(long done, long failed) {}

            @Override
            public void close() {}
        };
    }

    /** A bar with rate, failures and time left. */
    final class Bar implements Progress {
        private final ProgressBar bar;

        Bar(long total) {
            bar = new ProgressBarBuilder()
                    .setTaskName("images")
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .build();
        }

        @Override
        public void update(long done, long failed) {
            bar.stepTo(done);
            if (failed > 0) {
                bar.setExtraMessage(" " + failed + " failed");
            }
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** A line every ten seconds in which something happened. */
    final class Lines implements Progress {
        private static final long EVERY_NANOS = 10_000_000_000L;

        private final long total;
        private final PrintStream out;
        private final long start = System.nanoTime();
        private long last = start;

        Lines(long total, PrintStream out) {
            this.total = total;
            this.out = out;
        }

        @Override
        public synchronized void update(long done, long failed) {
            long now = System.nanoTime();
            if (done > 0 && now - last >= EVERY_NANOS) {
                last = now;
                out.println(line(done, failed, (now - start) / 1e9));
            }
        }

        String line(long done, long failed, double seconds) {
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

        @Override
        public void close() {}
    }
}
