package io.vitrine.job;

import io.vitrine.VitrineException;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.PlanFolder;
import io.vitrine.job.output.RunId;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.ExtractPlanner;
import io.vitrine.job.plan.ImageCatalog;
import io.vitrine.job.plan.PendingImages;
import io.vitrine.job.plan.PlanDescription;
import io.vitrine.job.plan.ReadArchives;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.RunJobs;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunPhase;
import io.vitrine.report.RunRecord;
import io.vitrine.spark.RunningSpark;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The public API: turns images into features, one row per image.
 *
 * <pre>{@code
 * SparkConf conf = new SparkConf();
 * ExtractRequest configured = Extract.configure(conf, request);
 * SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
 * RunRecord record = Extract.run(spark, configured);
 * }</pre>
 */
public final class Extract {
    private static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

    private Extract() {}

    /**
     * Adds to {@code conf} the settings that a session for {@code request} must start with. Settings of the user stay.
     *
     * @return the request to run in that session, with the number of tasks per GPU chosen
     * @throws VitrineException if a library is not on the class path, or a setting leaves GPUs idle
     */
    public static ExtractRequest configure(SparkConf conf, ExtractRequest request) {
        RunningSpark.requireFitting();
        SessionSettings.complete(conf, request);
        conf.setIfMissing("spark.master", "local[*]");
        conf.setIfMissing("spark.app.name", "vitrine extract");
        return request.toBuilder()
                .gpus(GpuProfile.configure(conf, request.gpus()))
                .build();
    }

    /**
     * Runs a request. Images that earlier runs on the output have done are skipped.
     *
     * <p>To stop a run, interrupt the thread that called. The commit in progress ends or is removed, the run's Spark jobs are
     * cancelled, the lease is given back, and a {@link io.vitrine.RunInterruptedException} says how many images are committed.
     *
     * @return the record of the whole run. The output holds one record per commit.
     * @throws io.vitrine.TooManyFailuresException if more images failed than the request allows; rows stay committed
     * @throws VitrineException if the run cannot start, or stops before its end; its subclass says what to do
     */
    public static RunRecord run(SparkSession spark, ExtractRequest request) {
        return run(spark, request, RunListener.NONE);
    }

    /** {@link #run(SparkSession, ExtractRequest)} with events for {@code listener}. */
    public static RunRecord run(SparkSession spark, ExtractRequest request, RunListener listener) {
        RunningSpark.requireFitting();
        Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return run(spark, new ExtractPlanner(spark, request, listener).plan(), started, listener);
    }

    /** Runs a plan, and closes what it holds. */
    static RunRecord run(SparkSession spark, ExtractPlan plan, Instant started, RunListener listener) {
        RunRecord record;
        try (ReadArchives archives = plan.archives();
                OutputLease lease = takeLease(spark, plan, started)) {
            record = run(spark, plan, lease, started, listener);
        }
        return record.withWarnings(plan.output().warnings().texts());
    }

    private static RunRecord run(
            SparkSession spark, ExtractPlan plan, OutputLease lease, Instant started, RunListener listener) {
        String run = prepareOutput(plan, started);
        try (PlanFolder lists = plan.output().planFolder(run);
                RunJobs jobs = new RunJobs(spark.sparkContext(), run);
                JobLabel group = JobLabel.group(spark, run);
                RunObserver observer = new RunObserver(
                        spark,
                        RunSettings.of(plan, conf(spark)),
                        plan.execution().batchSize(),
                        listener)) {
            plan.archives().keep();
            ImageCatalog copied = snapshot(spark, plan, lists);
            plan.archives().releaseLists();
            PendingImages images = PendingImages.of(spark, plan, copied);
            listener.planned(PlanDescription.of(plan, images, conf(spark)), images.toDoCount());
            if (images.toDoCount() > 0) {
                listener.phase(RunPhase.LOADING_MODEL);
            }
            RunRecorder recorder = new RunRecorder(plan, images, started, observer);
            RunCommitter committer = new RunCommitter(spark, plan, lease, recorder, jobs);
            RunReporter reporter = new RunReporter(plan.output(), observer.gallery());
            return new ExtractRunner(spark, plan, images, lists, committer, reporter).run(run, observer.listener());
        }
    }

    /**
     * Describes what {@link #run} would do. Writes nothing but this host's copy of the checkpoint.
     *
     * @return the plan as lines of text
     * @throws VitrineException if the run could not start
     */
    public static String describe(SparkSession spark, ExtractRequest request, RunListener listener) {
        RunningSpark.requireFitting();
        ExtractPlan plan = new ExtractPlanner(spark, request, listener).plan();
        try (ReadArchives archives = plan.archives()) {
            return PlanDescription.of(plan, PendingImages.of(spark, plan, plan.images()), conf(spark));
        }
    }

    private static SparkConf conf(SparkSession spark) {
        return spark.sparkContext().getConf();
    }

    private static OutputLease takeLease(SparkSession spark, ExtractPlan plan, Instant started) {
        return OutputLease.take(
                plan.output().leaseFolder(),
                RunId.after(started, List.of()),
                OutputLease.lifetime(conf(spark)),
                spark.sessionState().newHadoopConf());
    }

    /** Checks the output again, this time under the lease, and gives this run an id later than all others. */
    private static String prepareOutput(ExtractPlan plan, Instant started) {
        OutputFolder output = plan.output();
        return SparkFailures.explain("read the output", output.location(), () -> {
            output.removeDeadRuns(); // first: one that died after its commit point may have changed the identity
            output.requireSameIdentity(plan.identity());
            output.removeReplacedRuns(UNLIMITED);
            return RunId.after(started, output.finishedRuns());
        });
    }

    private static ImageCatalog snapshot(SparkSession spark, ExtractPlan plan, PlanFolder lists) {
        String copy = lists.list("input");
        String attempt = "copy the list of images in " + plan.request().input().description() + " to";
        return SparkFailures.explain(attempt, copy, () -> plan.images().snapshot(spark, copy));
    }
}
