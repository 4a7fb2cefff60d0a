package io.vitrine.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.vitrine.duplicates.DuplicatesRecord.Found;
import io.vitrine.duplicates.DuplicatesRecord.Largest;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Counts of written groups. */
final class FoundGroups {
    private static final int LARGEST = 5;
    private static final String MEMBERS = "members";
    private static final String LEAST = "least";

    private FoundGroups() {}

    /** Counts {@code groups}, of the columns of {@link DuplicateRow}. */
    static Found in(Dataset<Row> groups, double threshold) {
        Column isNear = col(DuplicateRow.KIND).equalTo(DuplicateRow.NEAR);
        Row counts = groups.agg(
                        count(when(col(DuplicateRow.REPRESENTATIVE), lit(1))),
                        count(lit(1)),
                        count(when(col(DuplicateRow.KIND).equalTo(DuplicateRow.IDENTICAL), lit(1))),
                        count(when(isNear, lit(1))),
                        count(when(isNear.and(col(DuplicateRow.SIMILARITY).lt(lit((float) threshold))), lit(1))))
                .first();
        List<Largest> largest = groups
                .groupBy(DuplicateRow.GROUP)
                .agg(count(lit(1)).as(MEMBERS), min(DuplicateRow.SIMILARITY).as(LEAST))
                .orderBy(col(MEMBERS).desc(), col(DuplicateRow.GROUP))
                .limit(LARGEST)
                .collectAsList()
                .stream()
                .map(row -> new Largest(row.getString(0), row.getLong(1), row.getFloat(2)))
                .toList();
        return new Found(
                counts.getLong(0), counts.getLong(1), counts.getLong(2), counts.getLong(3), counts.getLong(4), largest);
    }
}
