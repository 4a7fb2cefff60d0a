package io.vitrine.job.spark;

import java.time.Duration;
import java.util.Arrays;
import org.apache.spark.JobExecutionStatus;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import scala.Option;
import scala.collection.JavaConverters;

/** The Spark jobs that this thread starts until {@link #close}: they can be cancelled without harm to others in the session. */
public final class RunJobs implements AutoCloseable {
    private static final Duration CANCELLATION = Duration.ofSeconds(15);
    private static final long LOOK_MILLIS = 50;
    private static final int QUIET_LOOKS = 4; // a job is cancelled a while after it is asked for
    private static final String INTERRUPT_ON_CANCEL = "spark.job.interruptOnCancel";

    private final SparkContext context;
    private final String tag;
    private final String interruptOnCancel; // of the caller; null if not set

    /** @param run the run's id */
    public RunJobs(SparkContext context, String run) {
        this.context = context;
        this.tag = "vitrine-" + run;
        this.interruptOnCancel = context.getLocalProperty(INTERRUPT_ON_CANCEL);
        context.addJobTag(tag);
        context.setInterruptOnCancel(true); // a task may wait for a store
    }

    /**
     * Cancels the jobs and waits up to 15 seconds until no task is running, so that none writes behind the back of what follows.
     * The thread's interruption is kept.
     */
    public void cancel() {
        if (context.isStopped()) {
            return;
        }
        context.cancelJobsWithTag(tag);
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + CANCELLATION.toNanos();
        int quietLooks = 0;
        while (quietLooks < QUIET_LOOKS && System.nanoTime() < end) {
            quietLooks = isAnythingRunning() ? 0 : quietLooks + 1;
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAnythingRunning() {
        if (context.isStopped()) {
            return false;
        }
        SparkStatusTracker tracker = context.statusTracker();
        return isAnyTaskRunning()
                || Arrays.stream(tracker.getJobIdsForTag(tag)).anyMatch(job -> isRunning(tracker.getJobInfo(job)));
    }

    /** The scheduler knows each task that it has launched; the status tracker may learn of one with the next heartbeat only. */
    private boolean isAnyTaskRunning() {
        if (context.taskScheduler() instanceof TaskSchedulerImpl scheduler) {
            return JavaConverters.mapAsJavaMap(scheduler.runningTasksByExecutors()).values().stream()
                    .anyMatch(tasks -> !tasks.equals(0));
        }
        return Arrays.stream(context.statusTracker().getExecutorInfos())
                .mapToInt(SparkExecutorInfo::numRunningTasks)
                .anyMatch(tasks -> tasks > 0);
    }

    private static boolean isRunning(Option<SparkJobInfo> job) {
        return job.isDefined() && job.get().status() == JobExecutionStatus.RUNNING;
    }

    @Override
    public void close() {
        if (!context.isStopped()) {
            context.removeJobTag(tag);
            context.setLocalProperty(INTERRUPT_ON_CANCEL, interruptOnCancel);
        }
    }
}
