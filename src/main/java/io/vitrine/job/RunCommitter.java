package io.vitrine.job;

import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.ParquetSettings;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.rows.InternalRowFrame;
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

/** Writes rows and, once they are known to be complete, their record. Removes the rows of a commit that fails. */
final class RunCommitter {
    private final SparkSession spark;
    private final ExtractPlan plan;
    private final OutputFolder output;
    private final OutputLease lease;
    private final RunRecorder recorder;

    RunCommitter(SparkSession spark, ExtractPlan plan, OutputLease lease, RunRecorder recorder) {
        this.spark = spark;
        this.plan = plan;
        this.output = plan.output();
        this.lease = lease;
        this.recorder = recorder;
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
            CommittedRows committed = CommittedRows.of(output.table(), attempt.id(), profile);
            requireComplete(committed, attempt);
            lease.requireHeld();
            RunRecord record = recorder.record(attempt, committed, (System.nanoTime() - start) / 1e9);
            if (output.identity().isEmpty()) {
                output.writeIdentity(plan.identity());
            }
            output.writeRecord(attempt.id(), record.json());
            return record;
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            RuntimeException fault = SparkFailures.cause("write to", output.location(), e);
            if (!(fault instanceof OutputLease.Lost)) {
                discard(attempt.id(), fault);
            }
            throw fault;
        }
    }

    private void write(JavaRDD<Row> rows, String id) {
        output.table()
                .write(
                        InternalRowFrame.of(spark, rows, plan.schema().schema()),
                        id,
                        new FeatureTable.WriteOptions(
                                ParquetSettings.of(plan.schema().features()), Provenance.of(plan, id)));
    }

    private static void requireComplete(CommittedRows committed, CommitAttempt attempt) {
        if (committed.total() != attempt.expected()) {
            throw new IllegalStateException("The commit has " + committed.total() + " rows for " + attempt.expected()
                    + " images, so its rows are removed");
        }
    }

    private void discard(String id, RuntimeException fault) {
        try {
            output.discard(id);
        } catch (Exception e) { // Spark may have stopped; the next run removes the rows
            fault.addSuppressed(e); // the first fault is the one to report
        }
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
