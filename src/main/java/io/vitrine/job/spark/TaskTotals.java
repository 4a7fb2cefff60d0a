package io.vitrine.job.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sums what Spark measures of tasks that succeed. */
public final class TaskTotals extends SparkListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTotals.class);
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final SparkContext context;
    private long bytesWritten;
    private long gcMillis;

    /**
     * The sums so far.
     *
     * @param bytesWritten to files of rows
     * @param gcSeconds that tasks waited for the garbage collector
     */
    public record Sums(long bytesWritten, double gcSeconds) {
        /** What was added since {@code earlier}. */
        public Sums since(Sums earlier) {
            return new Sums(bytesWritten - earlier.bytesWritten, gcSeconds - earlier.gcSeconds);
        }
    }

    /** Listens to a session until it is closed. */
    public TaskTotals(SparkContext context) {
        this.context = context;
        context.addSparkListener(this);
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.taskInfo().successful() && end.taskMetrics() != null) {
            bytesWritten += end.taskMetrics().outputMetrics().bytesWritten();
            gcMillis += end.taskMetrics().jvmGCTime();
        }
    }

    /** The sums over all tasks that have ended. Waits for events that are on their way. */
    public Sums sums() {
        try {
            context.listenerBus().waitUntilEmpty(TIMEOUT_MILLIS);
        } catch (Exception e) { // Scala does not declare its exceptions
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.debug("Spark's events are late, so some sums are too low", e);
        }
        synchronized (this) {
            return new Sums(bytesWritten, gcMillis / MILLIS_PER_SECOND);
        }
    }

    @Override
    public void close() {
        context.removeSparkListener(this);
    }
}
