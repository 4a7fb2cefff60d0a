package io.vitrine.report;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.LongFunction;

/**
 * Shows a run to a person: its phases on standard error, its plan and its summary on standard output, and how many images are
 * done, as a bar on a terminal and as a line every ten seconds elsewhere. Safe for use by several threads.
 */
public final class Progress implements RunListener, AutoCloseable {
    private final PrintStream err;
    private final PrintWriter out;
    private final LongFunction<ImageMeter> meters;
    private ImageMeter meter = ImageMeter.NONE;

    /** @param meters makes the meter for a number of images */
    Progress(PrintStream err, PrintWriter out, LongFunction<ImageMeter> meters) {
        this.err = err;
        this.out = out;
        this.meters = meters;
    }

    /** Shows phases and images on standard error, the plan on {@code out}. */
    @SuppressWarnings("SystemConsoleNull") // Java 22 and later show a bar always, which is readable in a log too
    public static Progress onStandardError(PrintWriter out) {
        PrintStream err = System.err;
        return System.console() == null
                ? new Progress(err, out, images -> new ImageLines(images, err, System::nanoTime))
                : new Progress(err, out, ImageBar::new);
    }

    @Override
    public synchronized void phase(RunPhase phase) {
        if (phase != RunPhase.EXTRACTING) { // the meter shows it
            err.println(phase.description());
        }
    }

    @Override
    public synchronized void planned(String plan, long images) {
        out.print(plan);
        out.flush();
        if (images > 0) {
            meter = meters.apply(images);
        }
    }

    @Override
    public synchronized void progress(long done, long failed) {
        if (done > 0) {
            meter.update(done, failed);
        }
    }

    @Override
    public synchronized void finished(RunRecord record) {
        close();
        out.print(Summary.of(record));
        out.flush();
    }

    @Override
    public synchronized void close() {
        meter.close();
        meter = ImageMeter.NONE;
    }
}
