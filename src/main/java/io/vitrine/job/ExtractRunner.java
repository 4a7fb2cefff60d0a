package io.vitrine.job;

import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.TooManyFailuresException;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.inference.ModelHolder;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.output.PlanFolder;
import io.vitrine.job.output.Uninterrupted;
import io.vitrine.job.plan.Broadcasts;
import io.vitrine.job.plan.CommitBatches;
import io.vitrine.job.plan.CommitBatches.CommitBatch;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.PendingImages;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.ProgressListener;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.job.task.Counters;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.table.FeatureTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes a plan, commit after commit. Each commit appears whole or not at all. */
final class ExtractRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ExtractRunner.class);

    private final SparkSession spark;
    private final JavaSparkContext context;
    private final ExtractPlan plan;
    private final PendingImages images;
    private final PlanFolder lists;
    private final RunCommitter committer;
    private final RunReporter reporter;
    private final FailureCheck failures;
    private final CommitRows rows;

    /** @param lists where lists of images are written */
    ExtractRunner(
            SparkSession spark,
            ExtractPlan plan,
            PendingImages images,
            PlanFolder lists,
            RunCommitter committer,
            RunReporter reporter) {
        this.spark = spark;
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.plan = plan;
        this.images = images;
        this.lists = lists;
        this.committer = committer;
        this.reporter = reporter;
        this.rows = new CommitRows(spark, plan);
        this.failures = new FailureCheck(plan.request().maxFailures(), images.counts());
    }

    /**
     * Runs all commits, or those until too many images have failed.
     *
     * @return the record of the whole run
     * @throws io.vitrine.TooManyFailuresException if more images failed than the request allows
     * @throws io.vitrine.VitrineException if it stops; the message says how many images are committed
     */
    RunRecord run(String run, RunListener listener) {
        RunRecord record =
                runCommits(run, listener).withWarnings(plan.output().warnings().texts());
        listener.finished(record);
        try {
            failures.require(record);
        } catch (TooManyFailuresException e) {
            reporter.stopped(record, e);
            throw e;
        }
        reporter.complete(record);
        return record;
    }

    private RunRecord runCommits(String run, RunListener listener) {
        ProgressListener progress = new ProgressListener(Counters.IMAGES, Counters.FAILED, listener);
        spark.sparkContext().addSparkListener(progress);
        List<RunRecord> commits = new ArrayList<>();
        try {
            commitBatches(run, commits);
            if (!tooManyFailed(commits) && plan.request().rerun().missing() == RerunPolicy.Missing.MARK_DELETED) {
                try (JobLabel label = JobLabel.describe(spark, "mark images that the input no longer has")) {
                    markDeleted(run).ifPresent(commits::add);
                }
            }
            plan.archives().awaitKept();
            plan.archives().removeUnused();
            return commits.isEmpty() ? committer.recordEmptyRun(run) : RunRecord.merge(run, commits);
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            RuntimeException fault = SparkFailures.stopped(
                    committer.explain(SparkFailures.cause(e)),
                    commits.stream().mapToLong(RunRecord::total).sum());
            if (!commits.isEmpty()) {
                reporter.stopped(RunRecord.merge(run, commits), fault);
            }
            throw fault;
        } finally {
            spark.sparkContext().removeSparkListener(progress);
            Uninterrupted.run(DecoderHolder::closeAll); // in local mode, tasks ran in this JVM
            Uninterrupted.run(ModelHolder::closeAll);
        }
    }

    private void commitBatches(String run, List<RunRecord> commits) {
        CommitBatches batches = divide();
        if (batches.count() != images.toDoCount()) {
            throw new StorageException(
                    StorageException.Outlook.TRANSIENT,
                    "The input changed while it was being read: it had " + images.toDoCount() + " images to do, then "
                            + batches.count() + ". Run again.");
        }
        Map<String, String> approximation = batches.batches().stream()
                .findFirst()
                .map(first -> rows.approximation(first.images())) // written already, unlike the images to do
                .orElse(Map.of());
        int number = 0;
        for (CommitBatch batch : batches.batches()) {
            if (tooManyFailed(commits)) {
                return;
            }
            requireNotInterrupted();
            number++;
            String id = batches.batches().size() == 1 ? run : run + String.format(Locale.ROOT, "-%04d", number);
            try (JobLabel label = JobLabel.describe(spark, description(number, batches, batch))) {
                commits.add(commit(id, batch, approximation));
                plan.archives().awaitKept();
            }
        }
    }

    private boolean tooManyFailed(List<RunRecord> commits) {
        return failures.shouldStop(commits.stream().mapToLong(RunRecord::failed).sum());
    }

    /** An interruption during a commit is kept until the commit has ended. */
    private static void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new RunInterruptedException("The run was interrupted");
        }
    }

    private static String description(int number, CommitBatches batches, CommitBatch batch) {
        return String.format(
                Locale.ROOT,
                "extract: commit %,d of %,d, %,d images",
                number,
                batches.batches().size(),
                batch.count());
    }

    private CommitBatches divide() {
        String folder = lists.list("commits");
        long imagesPerCommit = plan.request().rerun().imagesPerCommit();
        try (JobLabel label = JobLabel.describe(spark, "divide the images into commits")) {
            return SparkFailures.explain(
                    "write the list of images to do to",
                    folder,
                    () -> CommitBatches.of(spark, images.toDo(), imagesPerCommit, folder));
        }
    }

    private RunRecord commit(String id, CommitBatch batch, Map<String, String> approximation) {
        Counters counters = Counters.create(context);
        CommitAttempt attempt = new CommitAttempt(id, batch.count(), counters, approximation);
        try (Broadcasts broadcasts = new Broadcasts(context)) {
            return committer.commit(
                    attempt,
                    rows.of(batch.images(), batch.count(), counters, broadcasts),
                    plan.execution().profile());
        }
    }

    /** Commits a row of status {@code deleted} for each image of earlier runs that the input no longer has. */
    private Optional<RunRecord> markDeleted(String run) {
        if (images.previous().isEmpty()) {
            return Optional.empty();
        }
        if (images.all().omissions().hideImages()) {
            LOG.warn("No image is marked as deleted: folders, links or names of the input could not be read, so images"
                    + " behind them may still be there");
            return Optional.empty();
        }
        Dataset<Row> missing =
                images.previous().get().missing(images.all().asTable(spark).select(ImageRefSchema.PATH), inputRoots());
        String list = lists.list("deleted"); // written, so that the rows counted are the rows marked
        Dataset<Row> deleted = SparkFailures.explain("write the list of deleted images to", list, () -> {
            missing.write().parquet(list);
            return spark.read().options(FeatureTable.WHOLE_FILES).parquet(list);
        });
        long count = SparkFailures.explain("read the list of deleted images", list, deleted::count);
        if (count == 0) {
            return Optional.empty();
        }
        FeatureSchema schema = plan.schema();
        JavaRDD<Row> rows = deleted.javaRDD().map(row -> schema.deleted(row.getString(0)));
        CommitAttempt attempt = new CommitAttempt(run + "-deleted", count, Counters.create(context), Map.of());
        return Optional.of(committer.commit(attempt, rows, Optional.empty()));
    }

    private List<String> inputRoots() {
        return plan.output().qualified(plan.request().input().folders()).stream()
                .map(root -> root + "/")
                .toList();
    }
}
