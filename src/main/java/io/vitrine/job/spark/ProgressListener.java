package io.vitrine.job.spark;

import io.vitrine.report.RunListener;
import io.vitrine.report.RunPhase;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Tuple4;
import scala.collection.Iterable;
import scala.collection.JavaConverters;

/** Sums two accumulators over all tasks: from executor heartbeats while tasks run, and from their ends. */
public final class ProgressListener extends SparkListener {
    private final String imagesAccumulator;
    private final String failedAccumulator;
    private final RunListener listener;
    private final Map<Long, Counts> tasks = new HashMap<>(); // by task id
    private boolean extracting;

    /** Sums the accumulators of these names for {@code listener}. */
    public ProgressListener(String imagesAccumulator, String failedAccumulator, RunListener listener) {
        this.imagesAccumulator = imagesAccumulator;
        this.failedAccumulator = failedAccumulator;
        this.listener = listener;
    }

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        for (Tuple4<Object, Object, Object, ? extends Iterable<AccumulableInfo>> task :
                JavaConverters.seqAsJavaList(update.accumUpdates())) {
            note((Long) task._1(), task._4());
        }
        publish();
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.taskInfo().successful()) {
            note(end.taskInfo().taskId(), end.taskInfo().accumulables());
        } else {
            tasks.remove(end.taskInfo().taskId()); // a retry does its images again
        }
        publish();
    }

    private void note(long task, Iterable<AccumulableInfo> accumulables) {
        Counts counts = tasks.computeIfAbsent(task, id -> new Counts());
        for (AccumulableInfo info : JavaConverters.asJavaIterable(accumulables)) {
            if (info.name().isDefined() && info.update().isDefined()) {
                String name = info.name().get();
                if (name.equals(imagesAccumulator)) {
                    counts.images = ((Number) info.update().get()).longValue();
                } else if (name.equals(failedAccumulator)) {
                    counts.failed = ((Number) info.update().get()).longValue();
                }
            }
        }
    }

    private void publish() {
        long images = tasks.values().stream().mapToLong(counts -> counts.images).sum();
        long failed = tasks.values().stream().mapToLong(counts -> counts.failed).sum();
        if (!extracting && images > 0) {
            extracting = true;
            listener.phase(RunPhase.EXTRACTING);
        }
        listener.progress(images, failed);
    }

    private static final class Counts {
        private long images;
        private long failed;
    }
}
