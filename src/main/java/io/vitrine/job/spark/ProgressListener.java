package io.vitrine.job.spark;

import io.vitrine.job.task.Counters;
import io.vitrine.report.Progress;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Adds up what tasks have counted, from executor heartbeats while they run and from their ends. */
public final class ProgressListener extends SparkListener {
    private final Progress progress;
    private final Map<Long, long[]> tasks = new HashMap<>(); // task -> images, failed

    public ProgressListener(Progress progress) {
        this.progress = progress;
    }

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
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
            tasks.remove(end.taskInfo().taskId()); // its images will be done again
        }
        publish();
    }

    private void note(long task, scala.collection.Iterable<AccumulableInfo> accumulables) {
        long[] counts = tasks.computeIfAbsent(task, id -> new long[2]);
        for (AccumulableInfo info : JavaConverters.asJavaIterable(accumulables)) {
            if (info.name().isDefined() && info.update().isDefined()) {
                String name = info.name().get();
                if (name.equals(Counters.IMAGES)) {
                    counts[0] = ((Number) info.update().get()).longValue();
                } else if (name.equals(Counters.FAILED)) {
                    counts[1] = ((Number) info.update().get()).longValue();
                }
            }
        }
    }

    private void publish() {
        long done = tasks.values().stream().mapToLong(counts -> counts[0]).sum();
        long failed = tasks.values().stream().mapToLong(counts -> counts[1]).sum();
        progress.update(done, failed);
    }
}
