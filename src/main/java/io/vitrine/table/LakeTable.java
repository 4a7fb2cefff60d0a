package io.vitrine.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.OutputConflictException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a lake format, one commit a run. {@link #RUN} is an ordinary column and the first one: the format then keeps its
 * range for each file, and a partition column would have every task sort its rows.
 */
abstract class LakeTable implements FeatureTable {
    final SparkSession spark;
    final String folder;
    private List<String> runs = List.of(); // once there are any, kept: nobody else writes

    /** @param folder with scheme, from the root on */
    LakeTable(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = folder;
    }

    abstract boolean exists();

    /** All rows of the table, which exists. */
    abstract Dataset<Row> all();

    /** Commits {@code rows}, with their column {@link #RUN}; makes the table if there is none. */
    abstract void append(Dataset<Row> rows, WriteOptions options);

    /** The table's name in SQL. */
    abstract String name();

    @Override
    public final void write(Dataset<Row> rows, String run, WriteOptions options) {
        try {
            append(rows.select(lit(run).as(RUN), col("*")), options);
        } finally {
            runs = List.of();
        }
    }

    @Override
    public final Dataset<Row> rows(List<String> some, StructType columns) {
        Stream<String> names = Stream.concat(Arrays.stream(columns.fieldNames()), Stream.of(RUN));
        return all().where(col(RUN).isin(some.toArray()))
                .select(names.map(name -> col(quoted(name))).toArray(Column[]::new));
    }

    @Override
    public final List<String> runs() {
        if (!exists()) {
            return List.of();
        }
        if (!Arrays.asList(all().columns()).contains(RUN)) {
            throw new OutputConflictException("The table " + folder + " was not written by Vitrine: it has no column "
                    + RUN + ". Choose another --output.");
        }
        if (runs.isEmpty()) {
            runs = all().select(RUN).distinct().as(Encoders.STRING()).collectAsList();
        }
        return runs;
    }

    @Override
    public final void remove(String run) {
        if (exists()) {
            runs = List.of();
            spark.sql("DELETE FROM " + name() + " WHERE " + RUN + " = '" + run + "'");
        }
    }

    /** {@code name} as SQL takes any. */
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
