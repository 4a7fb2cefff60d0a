package io.vitrine.compact;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.map_concat;
import static org.apache.spark.sql.functions.when;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.RowStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns of another output of the same images and checkpoint. A row gets them if its image has an {@code ok} row there and has not
 * changed in between: by the store's version tag, or by length and time.
 */
final class AddedColumns {
    private static final String IMAGE = "vitrine_image";
    private static final String THERE = "vitrine_there_";
    private static final List<String> VERSION = List.of("etag", "length", "modified");

    private final Source source;
    private final List<String> runs;
    private final Map<String, BitSet> live = new TreeMap<>();
    private final List<MadeBy> madeBy;
    private final List<StructField> fields;
    private final long largestRow;
    private final long bytes;
    private final OutputIdentity identity;

    /**
     * Opens the other output.
     *
     * @param base the output that gets the columns
     * @throws OutputConflictException if its features are made in another way
     * @throws ConfigurationException if it has no other column
     */
    AddedColumns(Source source, Source base) {
        this.source = source;
        requireSame(source.identity(), base);
        List<String> names = new ArrayList<>(RowColumns.names(source.identity()));
        names.removeAll(RowColumns.names(base.identity()));
        if (names.isEmpty()) {
            throw new ConfigurationException("The output " + source.location() + " has no column that "
                    + base.location() + " lacks. It has: "
                    + String.join(", ", RowColumns.names(source.identity())) + ".");
        }
        this.runs = source.output().finishedRuns();
        Map<String, FileRows> files = source.scan(runs);
        if (files.isEmpty()) {
            throw new ConfigurationException(
                    "The output " + source.location() + " has no rows. Run jobs/extract to its end first.");
        }
        files.forEach((file, rows) -> live.put(file, rows.live()));
        SourceFacts facts = source.facts(
                files.keySet(),
                files.values().stream().mapToLong(FileRows::rows).sum());
        this.madeBy = source.madeBy(facts);
        this.largestRow = facts.largestRow();
        this.fields = Arrays.stream(RowColumns.of(facts, source.identity(), source.location())
                        .fields())
                .filter(field -> names.contains(field.name()))
                .toList();
        RunShare share = files.values().stream().map(RunShare::of).reduce(RunShare.NONE, RunShare::plus);
        long columnBytes = facts.bytes(names);
        this.bytes = Math.round((double) columnBytes / share.rows() * share.live());
        Map<String, String> all = new TreeMap<>(base.identity().fields());
        for (String name : names) {
            String field = RowColumns.field(name);
            all.put(field, source.identity().fields().get(field));
        }
        this.identity = new OutputIdentity(all);
    }

    /** Only columns may differ, and what each output carries from its list. */
    private static void requireSame(OutputIdentity there, Source base) {
        withoutColumns(there).requireSame(withoutColumns(base.identity()), base.location());
    }

    private static OutputIdentity withoutColumns(OutputIdentity identity) {
        Map<String, String> fields = new TreeMap<>(identity.fields());
        fields.keySet().removeIf(field -> field.startsWith("column ") || field.startsWith("carried "));
        return new OutputIdentity(fields);
    }

    /** The output's identity with the columns. */
    OutputIdentity identity() {
        return identity;
    }

    /** The columns. */
    List<StructField> fields() {
        return fields;
    }

    /** Bytes of a row of the other output, before compression. */
    long largestRow() {
        return largestRow;
    }

    /** Bytes of the columns in files, those of rows that count. */
    long bytes() {
        return bytes;
    }

    /** How rows were made, with the columns: {@code vitrine.added.NAME} says it of each. */
    List<MadeBy> madeBy(List<MadeBy> rows) {
        Map<String, String> added = new TreeMap<>();
        String made = MadeBy.json(madeBy);
        for (StructField field : fields) {
            added.put("vitrine.added." + field.name(), made);
            added.put("vitrine.column." + field.name(), field.metadata().json());
        }
        return rows.stream()
                .map(part -> {
                    Map<String, String> metadata = new TreeMap<>(part.metadata());
                    metadata.putAll(added);
                    return new MadeBy(part.runs(), metadata);
                })
                .toList();
    }

    /**
     * Joins rows with the columns.
     *
     * @param rows with the columns of every output
     * @param session that reads the columns
     */
    Dataset<Row> join(Dataset<Row> rows, SparkSession session) {
        return join(rows, session, fields);
    }

    /** {@link #join} without the columns: {@link #isUnmatched} and {@link #origins} can be asked of it. */
    Dataset<Row> match(Dataset<Row> rows, SparkSession session) {
        return join(rows, session, List.of());
    }

    private Dataset<Row> join(Dataset<Row> rows, SparkSession session, List<StructField> columns) {
        CanonicalPaths paths = CanonicalPaths.ofFullPaths(session.sessionState().newHadoopConf());
        StructType read = FeatureSchema.IMAGE;
        for (StructField field : columns) {
            read = read.add(field);
        }
        Column[] wanted = Stream.concat(
                        Stream.concat(
                                Stream.of(
                                        paths.of(col(FeatureSchema.PATH)).as(THERE + IMAGE),
                                        col(RowOrigins.ORIGIN).as(THERE + RowOrigins.ORIGIN)),
                                VERSION.stream().map(name -> col(name).as(THERE + name))),
                        columns.stream().map(field -> col(quote(field.name()))))
                .toArray(Column[]::new);
        Dataset<Row> there = RowOrigins.of(session, source.rows(session, runs, live, read), source.output(), runs)
                .where(col(FeatureSchema.STATUS).equalTo(RowStatus.OK))
                .select(wanted);
        return rows.withColumn(IMAGE, paths.of(col(FeatureSchema.PATH)))
                .join(
                        there,
                        col(IMAGE)
                                .equalTo(col(THERE + IMAGE))
                                .and(col(FeatureSchema.STATUS).equalTo(RowStatus.OK))
                                .and(isUnchanged()),
                        "left");
    }

    private static Column isUnchanged() {
        Column tagged = col("etag").isNotNull().and(col(THERE + "etag").isNotNull());
        Column sameFile = col("length")
                .eqNullSafe(col(THERE + "length"))
                .and(col("modified").eqNullSafe(col(THERE + "modified")));
        return when(tagged, col("etag").equalTo(col(THERE + "etag"))).otherwise(sameFile);
    }

    /** Whether a joined row is {@code ok} and has no values for the columns. */
    static Column isUnmatched() {
        return col(FeatureSchema.STATUS)
                .equalTo(RowStatus.OK)
                .and(col(THERE + IMAGE).isNull());
    }

    /** {@link RowOrigins#ADDED} of a joined row. */
    Column origins() {
        Column[] entries = fields.stream()
                .flatMap(field -> Stream.of(lit(field.name()), col(THERE + RowOrigins.ORIGIN)))
                .toArray(Column[]::new);
        Column before = coalesce(col(RowOrigins.ADDED), map().cast("map<string,string>"));
        return when(col(THERE + IMAGE).isNull(), col(RowOrigins.ADDED)).otherwise(map_concat(before, map(entries)));
    }

    private static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
