package io.vitrine.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.OutputConflictException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a lake format, with one commit per run. {@link #RUN} is the first column, so that the format keeps its range for each
 * file. It is not a partition column, which would make every task sort its rows.
 */
abstract class LakeTable implements FeatureTable {
    final SparkSession spark;
    final String folder;
    private List<String> runs = List.of(); // cached unless empty: there is no other writer

    /** @param folder full path, with scheme */
    LakeTable(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = folder;
    }

    abstract boolean exists();

    /** All rows of the table, which exists. */
    abstract Dataset<Row> allRows();

    /** Commits {@code rows}, which have the column {@link #RUN}. Creates the table if it does not exist. */
    abstract void append(Dataset<Row> rows, WriteOptions options);

    /** The table's name in SQL. */
    abstract String sqlName();

    @Override
    public final void write(Dataset<Row> rows, String run, WriteOptions options) {
        try {
            append(rows.select(lit(run).as(RUN), col("*")), options);
        } finally {
            runs = List.of();
        }
    }

    @Override
    public final Dataset<Row> written(String run, StructType columns) {
        return rows(List.of(run), columns);
    }

    @Override
    public final BaseRelation relation(
            Supplier<List<String>> selection, Map<String, String> options, StructType empty) {
        return new RunsOfTable(
                selected -> exists()
                        ? allRows().where(col(RUN).isin(selected.toArray()))
                        : spark.createDataFrame(List.of(), empty.add(RUN, DataTypes.StringType)),
                selection);
    }

    /** A commit of the table is atomic, but visible before its rows are counted. */
    @Override
    public final boolean isPublishedAtOnce() {
        return false;
    }

    @Override
    public final void publish(String run) {}

    /** Two commits at once are not safe in every catalog. */
    @Override
    public final void removeOfLostLease(String run) {}

    @Override
    public final Dataset<Row> rows(List<String> selected, StructType columns) {
        Stream<String> names = Stream.concat(Arrays.stream(columns.fieldNames()), Stream.of(RUN));
        return allRows()
                .where(col(RUN).isin(selected.toArray()))
                .select(names.map(name -> col(quote(name))).toArray(Column[]::new));
    }

    @Override
    public final List<String> runs() {
        if (!exists()) {
            return List.of();
        }
        if (!Arrays.asList(allRows().columns()).contains(RUN)) {
            throw new OutputConflictException("The table " + folder + " was not written by Vitrine: it has no column "
                    + RUN + ". Choose another --output.");
        }
        if (runs.isEmpty()) {
            runs = allRows().select(RUN).distinct().as(Encoders.STRING()).collectAsList();
        }
        return runs;
    }

    @Override
    public final void remove(String run) {
        if (exists()) {
            runs = List.of();
            spark.sql("DELETE FROM " + sqlName() + " WHERE " + RUN + " = '" + run + "'");
        }
    }

    /** A quoted SQL identifier. */
    static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
