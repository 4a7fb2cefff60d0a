package io.vitrine.compact;

import io.vitrine.OutputConflictException;
import io.vitrine.compact.CompactRequest.AddedFrom;
import io.vitrine.compact.CompactRequest.Unmatched;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.RunId;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.RunJobs;
import io.vitrine.job.spark.SparkFailures;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Rewrites the current rows of many runs of an output as one run with few files. Every reader sees the same current rows before and
 * after: the new run has a later id than those it replaces and the same rows, and it counts from its record on, as any run does. The
 * folders of replaced runs stay for readers that have begun, and are removed later, oldest first.
 *
 * <p>With {@link CompactRequest#added} the rows also get columns of another output.
 */
public final class Compaction {
    private static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

    private final SparkSession spark;
    private final CompactRequest request;

    /**
     * What a compaction did.
     *
     * @param run its id; empty if there was nothing to rewrite
     * @param rows of the new run
     * @param files of the new run
     * @param replaced the runs that it replaces
     * @param removed runs whose folders were removed, of this compaction and of earlier ones
     * @param leftOut rows that were left out because they have no values for an added column
     * @param warnings what could not be tidied up; the rows are complete
     */
    public record Result(
            Optional<String> run,
            long rows,
            long files,
            List<String> replaced,
            List<String> removed,
            long leftOut,
            List<String> warnings) {}

    public Compaction(SparkSession spark, CompactRequest request) {
        this.spark = spark;
        this.request = request;
    }

    /** Says what {@link #run} would do. Takes no lease and writes nothing. */
    public String describe() {
        return SparkFailures.explain("read", request.output(), () -> {
            Source source = Source.open(spark, request.output());
            CompactionPlan plan = plan(source, source.output().finishedRuns());
            if (plan.isEmpty()) {
                return plan.describe();
            }
            RewrittenRows rows = rows(source, plan);
            return rows.plan().describe() + describe(requireMatched(rows));
        });
    }

    private RewrittenRows rows(Source source, CompactionPlan plan) {
        Optional<AddedColumns> added =
                request.added().map(from -> new AddedColumns(Source.open(spark, from.output()), source));
        return new RewrittenRows(source, plan, added);
    }

    /**
     * Compacts the output, and removes folders of runs that were replaced long enough ago.
     *
     * @throws OutputConflictException if another run writes to the output, or its rows were made in different ways
     */
    public Result run(CompactListener listener) {
        Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Source opened = Source.open(spark, request.output());
        try (OutputLease lease = OutputLease.take(
                        opened.output().leaseFolder(),
                        RunId.after(started, List.of()),
                        OutputLease.lifetime(spark.sparkContext().getConf()),
                        spark.sessionState().newHadoopConf());
                JobLabel label = JobLabel.describe(spark, "vitrine compact: " + request.output())) {
            return SparkFailures.explain(
                    "compact", request.output(), () -> run(opened.output(), lease, started, listener));
        }
    }

    private Result run(OutputFolder output, OutputLease lease, Instant started, CompactListener listener) {
        output.removeDeadRuns(); // first: one that died after its commit point may have changed the identity
        Source source = Source.of(spark, output); // again, under the lease
        List<String> removed = output.removeReplacedRuns(request.keep().orElse(UNLIMITED));
        List<String> runs = output.finishedRuns();
        CompactionPlan plan = plan(source, runs);
        if (plan.isEmpty()) {
            listener.planned(plan.describe());
            return new Result(
                    Optional.empty(),
                    0,
                    0,
                    List.of(),
                    removed,
                    0,
                    output.warnings().texts());
        }
        RewrittenRows rows = rows(source, plan);
        long leftOut = requireMatched(rows);
        listener.planned(rows.plan().describe() + describe(leftOut));
        String run = CompactionCommit.id(started, runs);
        try (RunJobs jobs = new RunJobs(spark.sparkContext(), run)) {
            CompactionCommit commit = new CompactionCommit(output, lease, jobs, listener, started);
            CompactionCommit.Committed committed =
                    commit.write(run, rows, plan.share().live() - leftOut, plan.rewritten(), keep());
            List<String> removedNow = output.removeReplacedRuns(request.keep().orElse(UNLIMITED));
            return new Result(
                    Optional.of(run),
                    committed.rows(),
                    committed.files(),
                    plan.rewritten(),
                    Stream.concat(removed.stream(), removedNow.stream()).toList(),
                    leftOut,
                    output.warnings().texts());
        }
    }

    private CompactionPlan plan(Source source, List<String> runs) {
        return request.added().isPresent()
                ? CompactionPlan.ofAll(runs, source.scan(runs), request.targetFileBytes())
                : CompactionPlan.of(runs, source.scan(runs), request.targetFileBytes());
    }

    private Duration keep() {
        return request.keep().orElse(CompactRequest.DEFAULT_KEEP);
    }

    /** Returns how many rows are left out. */
    private long requireMatched(RewrittenRows rows) {
        long unmatched = rows.unmatched();
        if (unmatched > 0 && request.added().map(AddedFrom::unmatched).orElseThrow() == Unmatched.REFUSE) {
            throw new OutputConflictException(String.format(
                    Locale.ROOT,
                    "%,d ok rows of %s have no ok row of the same image, unchanged, in %s, such as %s. Run jobs/extract on"
                            + " both outputs again to bring them up to date, or leave these rows out with"
                            + " --leave-out-unmatched: the next run on the output does their images again, with all columns.",
                    unmatched,
                    request.output(),
                    request.added().orElseThrow().output(),
                    rows.unmatchedPath()));
        }
        return unmatched;
    }

    private static String describe(long leftOut) {
        return leftOut == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %,d rows are left out: their images have no values for the added columns.",
                        leftOut);
    }
}
