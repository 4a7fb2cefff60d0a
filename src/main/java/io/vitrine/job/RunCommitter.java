package io.vitrine.job;

import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.ParquetSettings;
import io.vitrine.job.output.Uninterrupted;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.rows.InternalRowFrame;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.RunJobs;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.job.task.Counters;
import io.vitrine.report.RunRecord;
import io.vitrine.table.FeatureTable;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes rows, counts them, and commits them with their record. Removes the rows of a commit that fails. */
final class RunCommitter {
    private final SparkSession spark;
    private final ExtractPlan plan;
    private final OutputFolder output;
    private final OutputLease lease;
    private final RunRecorder recorder;
    private final RunJobs jobs;

    RunCommitter(SparkSession spark, ExtractPlan plan, OutputLease lease, RunRecorder recorder, RunJobs jobs) {
        this.spark = spark;
        this.plan = plan;
        this.output = plan.output();
        this.lease = lease;
        this.recorder = recorder;
        this.jobs = jobs;
    }

    /**
     * Writes rows and their record.
     *
     * @param profile of the tasks that make the rows. The rows are counted with it too, because executors of another kind may
     *     find no room on the cluster.
     */
    RunRecord commit(CommitAttempt attempt, JavaRDD<Row> rows, Optional<ResourceProfile> profile) {
        long start = System.nanoTime();
        try {
            output.markStarted(attempt.id());
            lease.requireHeld();
            write(rows, attempt.id());
            rows.rdd().cleanShuffleDependencies(false); // the exchanged pixels of a staged run
            CommittedRows committed = count(attempt, profile);
            requireComplete(committed, attempt);
            RunRecord record = recorder.record(attempt, committed, (System.nanoTime() - start) / 1e9);
            Uninterrupted.run(() -> commit(record));
            return record;
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            throw clean(attempt.id(), SparkFailures.cause("write to", output.location(), e));
        }
    }

    private void commit(RunRecord record) {
        lease.requireHeld();
        if (output.identity().isEmpty()) {
            output.writeIdentity(plan.identity());
        }
        output.commit(record.run(), record.json());
    }

    /** Removes what a commit that failed has written, and returns the fault to report. */
    private RuntimeException clean(String id, RuntimeException failure) {
        jobs.cancel();
        RuntimeException[] fault = {failure};
        Uninterrupted.cleanUp(() -> {
            fault[0] = lease.explain(failure);
            try {
                if (fault[0] instanceof OutputLease.Lost) {
                    output.abandon(id);
                } else {
                    output.discard(id);
                }
            } catch (Exception e) { // Spark may have stopped; the next run removes the rows
                fault[0].addSuppressed(e); // the first fault is the one to report
            }
        });
        return fault[0];
    }

    private void write(JavaRDD<Row> rows, String id) {
        output.table()
                .write(
                        InternalRowFrame.of(spark, rows, plan.schema().schema()),
                        id,
                        new FeatureTable.WriteOptions(
                                ParquetSettings.of(plan.schema().features()), Provenance.of(plan, id)));
    }

    private CommittedRows count(CommitAttempt attempt, Optional<ResourceProfile> profile) {
        try (JobLabel label = JobLabel.describe(spark, "count the rows of run=" + attempt.id())) {
            return CommittedRows.of(output.table(), attempt.id(), profile);
        }
    }

    private static void requireComplete(CommittedRows committed, CommitAttempt attempt) {
        if (committed.total() != attempt.expected()) {
            throw new IllegalStateException("The commit has " + committed.total() + " rows for " + attempt.expected()
                    + " images, so its rows are removed");
        }
    }

    /** The fault to report for {@code failure} of a step between commits: that the lease is lost, if it is. */
    RuntimeException explain(RuntimeException failure) {
        if (failure instanceof VitrineException && !(failure instanceof StorageException)) {
            return failure;
        }
        RuntimeException[] fault = {failure};
        Uninterrupted.cleanUp(() -> fault[0] = lease.explain(failure));
        return fault[0];
    }

    /** Records a run that had nothing to do. */
    RunRecord recordEmptyRun(String run) {
        CommitAttempt nothing = new CommitAttempt(
                run, 0, Counters.create(JavaSparkContext.fromSparkContext(spark.sparkContext())), Map.of());
        RunRecord record = recorder.record(nothing, CommittedRows.NONE, 0);
        output.writeRecord(run, record.json());
        return record;
    }
}
