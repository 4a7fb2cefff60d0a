package io.vitrine.compact;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.spark.ClassicSession;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The rows of a compaction. They are in no order: to sort whole rows would cost an exchange of all features. */
final class RewrittenRows {
    private final Source source;
    private final CompactionPlan plan;
    private final Optional<AddedColumns> added;
    private final List<MadeBy> madeBy;
    private final StructType ownColumns;
    private final StructType columns;
    private final SparkSession session;
    private final Dataset<Row> narrow;

    RewrittenRows(Source source, CompactionPlan plan, Optional<AddedColumns> added) {
        this.source = source;
        this.plan = added.map(more -> plan.withAdded(more.bytes())).orElse(plan);
        this.added = added;
        SourceFacts facts = source.facts(plan.live().keySet(), plan.share().rows());
        List<MadeBy> own = source.madeBy(facts);
        this.madeBy = added.map(more -> more.madeBy(own)).orElse(own);
        this.ownColumns = RowColumns.of(facts, source.identity(), source.location());
        StructType all = ownColumns;
        if (added.isPresent()) {
            all = new StructType(Stream.concat(Arrays.stream(ownColumns.fields()), added.get().fields().stream())
                    .toArray(StructField[]::new));
        }
        this.columns = all;
        long largestRow =
                Math.max(facts.largestRow(), added.map(AddedColumns::largestRow).orElse(0L));
        this.session =
                RewriteSession.of(source.spark(), plan.sourceBytesPerFile(), largestRow, this.plan.expectedFiles());
        if (added.isPresent()) {
            // As many files are written as the join has partitions; a broadcast would leave those of the reading.
            session.conf().set("spark.sql.autoBroadcastJoinThreshold", "-1");
        }
        Dataset<Row> rows = source.rows(session, plan.rewritten(), plan.live(), FeatureSchema.IMAGE);
        this.narrow = added.map(
                        more -> more.match(RowOrigins.of(session, rows, source.output(), plan.rewritten()), session))
                .orElse(rows);
    }

    /** The plan, with the added columns. */
    CompactionPlan plan() {
        return plan;
    }

    /** {@code ok} rows that have no values for the added columns. */
    long unmatched() {
        return added.isEmpty() ? 0 : narrow.where(AddedColumns.isUnmatched()).count();
    }

    /** The path of one of {@link #unmatched}. */
    String unmatchedPath() {
        return narrow.where(AddedColumns.isUnmatched())
                .select(FeatureSchema.PATH)
                .first()
                .getString(0);
    }

    /** The rows to write, with {@link #columns}. */
    Dataset<Row> rows() {
        Dataset<Row> rows = source.rows(session, plan.rewritten(), plan.live(), ownColumns);
        if (added.isPresent()) {
            rows = added.get().join(rows, session).where(not(AddedColumns.isUnmatched()));
        }
        Column[] wanted = Arrays.stream(columns.fieldNames())
                .map(name -> col("`" + name.replace("`", "``") + "`"))
                .toArray(Column[]::new);
        // Spark's reader forgets that lists have no nulls, and with it the type of the files' columns.
        return ClassicSession.frame(
                session, rows.select(wanted).queryExecution().toRdd(), columns);
    }

    /** Which run made each of {@link #rows}, as {@link RowOrigins} has it. */
    Dataset<Row> origins() {
        if (added.isPresent()) {
            return narrow.where(not(AddedColumns.isUnmatched()))
                    .select(
                            col(RowOrigins.PATH),
                            col(RowOrigins.ORIGIN),
                            added.get().origins().as(RowOrigins.ADDED));
        }
        return RowOrigins.of(session, narrow, source.output(), plan.rewritten())
                .select(RowOrigins.PATH, RowOrigins.ORIGIN, RowOrigins.ADDED);
    }

    /** The session that reads and writes them. */
    SparkSession session() {
        return session;
    }

    StructType columns() {
        return columns;
    }

    /** How the features are made from then on. */
    OutputIdentity identity() {
        return added.map(AddedColumns::identity).orElse(source.identity());
    }

    /** How the rows were made. */
    List<MadeBy> madeBy() {
        return madeBy;
    }
}
