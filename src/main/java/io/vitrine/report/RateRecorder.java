package io.vitrine.report;

import io.vitrine.report.RunDetails.ProgressPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Remembers how many images were done when, and passes all events on. Holds at most {@link #MAX_POINTS} points: when there are
 * more, it drops every second one and takes new ones half as often. Safe between threads.
 */
public final class RateRecorder implements RunListener {
    static final int MAX_POINTS = 240;

    private final RunListener next;
    private final LongSupplier clock;
    private final long start;
    private final List<ProgressPoint> points = new ArrayList<>();
    private long done;
    private long failures;
    private double interval; // seconds between points at least

    /** @param next gets all events */
    public RateRecorder(RunListener next) {
        this(next, System::nanoTime);
    }

    /** @param clock in nanoseconds, from any origin */
    RateRecorder(RunListener next, LongSupplier clock) {
        this.next = next;
        this.clock = clock;
        this.start = clock.getAsLong();
        points.add(new ProgressPoint(0, 0, 0));
    }

    @Override
    public void phase(RunPhase phase) {
        next.phase(phase);
    }

    @Override
    public void planned(String plan, long images) {
        next.planned(plan, images);
    }

    @Override
    public void progress(long images, long failed) {
        note(images, failed);
        next.progress(images, failed);
    }

    @Override
    public void finished(RunRecord record) {
        next.finished(record);
    }

    private synchronized void note(long images, long failed) {
        if (images <= done) { // a task that failed gives its images back
            return;
        }
        done = images;
        failures = Math.max(failures, failed);
        double seconds = seconds();
        if (seconds - points.get(points.size() - 1).seconds() >= interval) {
            points.add(new ProgressPoint(seconds, done, failures));
        }
        if (points.size() > MAX_POINTS) {
            thin();
        }
    }

    private void thin() {
        List<ProgressPoint> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i += 2) {
            kept.add(points.get(i));
        }
        points.clear();
        points.addAll(kept);
        interval = points.get(points.size() - 1).seconds() / points.size();
    }

    private double seconds() {
        return Math.round((clock.getAsLong() - start) / 1e6) / 1e3;
    }

    /** The points so far, and the present state. */
    public synchronized List<ProgressPoint> points() {
        List<ProgressPoint> all = new ArrayList<>(points);
        if (all.get(all.size() - 1).images() < done) {
            all.add(new ProgressPoint(seconds(), done, failures));
        }
        return List.copyOf(all);
    }
}
