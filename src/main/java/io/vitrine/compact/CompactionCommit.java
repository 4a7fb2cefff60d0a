package io.vitrine.compact;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;

import io.vitrine.compact.CompactListener.Step;
import io.vitrine.job.output.CompactionNote;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.ParquetSettings;
import io.vitrine.job.output.RunId;
import io.vitrine.job.output.Uninterrupted;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.spark.RunJobs;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** Writes the rows of a compaction, counts them, and commits them with their record. Removes them if it fails. */
final class CompactionCommit {
    private final OutputFolder output;
    private final OutputLease lease;
    private final RunJobs jobs;
    private final CompactListener listener;
    private final Instant started;

    CompactionCommit(OutputFolder output, OutputLease lease, RunJobs jobs, CompactListener listener, Instant started) {
        this.output = output;
        this.lease = lease;
        this.jobs = jobs;
        this.listener = listener;
        this.started = started;
    }

    /** What was committed. */
    record Committed(long rows, long files) {}

    /** The id of a compaction, later than {@code runs}. */
    static String id(Instant started, List<String> runs) {
        return RunId.after(started, runs) + CompactionNote.SUFFIX;
    }

    /**
     * Commits rows.
     *
     * @param expected rows that there must be
     * @param replaces the runs that the compaction replaces
     * @param keep how long their folders stay
     */
    Committed write(String run, RewrittenRows rows, long expected, List<String> replaces, Duration keep) {
        CompactionNote note = new CompactionNote(replaces, keep, rows.identity());
        Committed committed;
        try {
            output.markStarted(run);
            lease.requireHeld();
            listener.ended(Step.STARTED);
            List<StructField> features = RowColumns.features(rows.columns(), rows.identity());
            Map<String, String> metadata = MadeBy.footer(run, rows.madeBy());
            FeatureTable.of(rows.session(), OutputFormat.parquet, output.location())
                    .write(rows.rows(), run, new FeatureTable.WriteOptions(ParquetSettings.of(features), metadata));
            listener.ended(Step.ROWS_WRITTEN);
            rows.origins().write().parquet(output.origins(run));
            listener.ended(Step.ORIGINS_WRITTEN);
            Map<String, Long> images = new TreeMap<>();
            committed = count(run, images);
            if (committed.rows() != expected) {
                throw new IllegalStateException("The compaction has " + committed.rows() + " rows, not the " + expected
                        + " that count, so its rows are removed");
            }
            String record = CompactionRecord.json(
                    run,
                    output.location(),
                    started,
                    images,
                    features,
                    MadeBy.newestModel(rows.madeBy()),
                    metadata,
                    note);
            Uninterrupted.run(() -> {
                lease.requireHeld();
                output.commit(run, record);
            });
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            throw clean(run, SparkFailures.cause("write to", output.location(), e));
        }
        output.warnings()
                .attempt(
                        () -> output.writeIdentity(note.identity()),
                        "The record of the compaction says the same, and the next compaction writes it.");
        listener.ended(Step.COMMITTED);
        return committed;
    }

    private Committed count(String run, Map<String, Long> images) {
        Set<String> files = new HashSet<>();
        for (Row row : output.table()
                .written(run, FeatureSchema.IMAGE)
                .select(col(FeatureSchema.STATUS), input_file_name().as("file"))
                .groupBy(FeatureSchema.STATUS, "file")
                .count()
                .collectAsList()) {
            images.merge(row.getString(0), row.getLong(2), Long::sum);
            files.add(row.getString(1));
        }
        return new Committed(images.values().stream().mapToLong(Long::longValue).sum(), files.size());
    }

    /** Removes what a compaction that failed has written, and returns the fault to report. */
    private RuntimeException clean(String run, RuntimeException failure) {
        jobs.cancel();
        RuntimeException[] fault = {failure};
        Uninterrupted.cleanUp(() -> {
            fault[0] = lease.explain(failure);
            try {
                if (fault[0] instanceof OutputLease.Lost) {
                    output.abandon(run);
                } else {
                    output.discard(run);
                }
            } catch (Exception e) { // Spark may have stopped; the next run removes the rows
                fault[0].addSuppressed(e); // the first fault is the one to report
            }
        });
        return fault[0];
    }
}
