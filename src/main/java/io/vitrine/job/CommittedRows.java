package io.vitrine.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.not;

import io.vitrine.catalog.ImageFile;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.report.RunRecord;
import io.vitrine.table.FeatureTable;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What a commit holds, read from its rows.
 *
 * @param byStatus rows by status
 * @param examples one row of each status of failed images
 * @param files the files of the rows
 */
record CommittedRows(Map<String, Long> byStatus, List<RunRecord.Example> examples, long files) {
    static final CommittedRows NONE = new CommittedRows(Map.of(), List.of(), 0);

    /**
     * Reads the rows that {@code run} has written.
     *
     * @param profile of the tasks that read
     */
    static CommittedRows of(FeatureTable table, String run, Optional<ResourceProfile> profile) {
        Dataset<Row> rows = table.written(run, FeatureSchema.IMAGE);
        Counts counts = count(tasks(rows.select(col(FeatureSchema.STATUS), input_file_name()), profile));
        boolean someFailed = counts.byStatus.keySet().stream().anyMatch(RowStatus::isFailure);
        return new CommittedRows(
                counts.byStatus, someFailed ? examples(rows, profile) : List.of(), counts.files.size());
    }

    /** Counts of rows by status, and the files they are in. A file's rows may be read by several tasks. */
    private static final class Counts implements Serializable {
        private static final long serialVersionUID = 1;

        private final TreeMap<String, Long> byStatus = new TreeMap<>();
        private final Set<String> files = new HashSet<>();

        Counts add(InternalRow row) {
            byStatus.merge(text(row, 0), 1L, Long::sum);
            files.add(text(row, 1));
            return this;
        }

        Counts add(Counts other) {
            other.byStatus.forEach((status, count) -> byStatus.merge(status, count, Long::sum));
            files.addAll(other.files);
            return this;
        }
    }

    long total() {
        return byStatus.values().stream().mapToLong(Long::longValue).sum();
    }

    /** As Spark has them: rows of the public kind would cost a small run half a CPU-second of reflection and compilation. */
    private static JavaRDD<InternalRow> tasks(Dataset<Row> rows, Optional<ResourceProfile> profile) {
        JavaRDD<InternalRow> rdd = rows.queryExecution().toRdd().toJavaRDD();
        return profile.map(rdd::withResources).orElse(rdd);
    }

    private static String text(InternalRow row, int column) {
        return row.getUTF8String(column).toString();
    }

    private static Counts count(JavaRDD<InternalRow> statuses) {
        return statuses.aggregate(new Counts(), Counts::add, Counts::add);
    }

    /** The row with the least path of each status, so that the choice does not depend on the tasks. */
    private static List<RunRecord.Example> examples(Dataset<Row> rows, Optional<ResourceProfile> profile) {
        Dataset<Row> failed = rows.where(not(col(FeatureSchema.STATUS).isin(RowStatus.OK, RowStatus.DELETED)))
                .select(FeatureSchema.STATUS, FeatureSchema.PATH, FeatureSchema.ERROR);
        TreeMap<String, RunRecord.Example> examples = tasks(failed, profile)
                .aggregate(
                        new TreeMap<String, RunRecord.Example>(),
                        (found, row) -> {
                            String error = row.isNullAt(2) ? "" : text(row, 2);
                            keepLeast(found, new RunRecord.Example(text(row, 0), ImageFile.shown(text(row, 1)), error));
                            return found;
                        },
                        (found, more) -> {
                            more.values().forEach(example -> keepLeast(found, example));
                            return found;
                        });
        return List.copyOf(examples.values());
    }

    private static void keepLeast(Map<String, RunRecord.Example> found, RunRecord.Example example) {
        found.merge(
                example.status(),
                example,
                (a, b) -> String.valueOf(a.path()).compareTo(String.valueOf(b.path())) <= 0 ? a : b);
    }
}
