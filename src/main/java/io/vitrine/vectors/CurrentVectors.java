package io.vitrine.vectors;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.rank;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.table.FeatureTable;
import io.vitrine.vectors.VectorColumns.VectorColumn;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The current vectors of an output, in every table format: one per image whose newest row is {@code ok}. An image that failed or was
 * deleted later has none. The runs are those that had a record when the output was opened.
 *
 * <pre>{@code
 * CurrentVectors vectors = CurrentVectors.open(spark, "s3a://bucket/features", "image_embeds");
 * Dataset<Row> rows = vectors.rows(); // path, etag, length, run, vector, vitrine_pixels
 * }</pre>
 */
public final class CurrentVectors {
    /** The image's canonical path. */
    public static final String PATH = FeatureSchema.PATH;

    /** The object's version tag; null where storage has none. */
    public static final String ETAG = "etag";

    /** The object's bytes; null if it was not listed. */
    public static final String LENGTH = "length";

    /** The run that holds the row: the one that made the vector, or a compaction that has replaced it since. */
    public static final String RUN = FeatureTable.RUN;

    /** {@code array<float>}, never null, of {@link VectorSource#dimension} finite elements. */
    public static final String VECTOR = "vector";

    /** The image's pixels, width times height; null if they are not known. */
    public static final String PIXELS = "vitrine_pixels";

    private static final String WIDTH = "width";
    private static final String HEIGHT = "height";
    private static final String CARRIED = "carried ";
    private static final String AGE = "vitrine_age";
    private static final String TWIN = "vitrine_twin";

    private final OutputFolder output;
    private final OutputIdentity identity;
    private final List<String> runs;
    private final VectorSource source;
    private final CanonicalPaths paths;

    private CurrentVectors(
            OutputFolder output,
            OutputIdentity identity,
            List<String> runs,
            VectorSource source,
            CanonicalPaths paths) {
        this.output = output;
        this.identity = identity;
        this.runs = runs;
        this.source = source;
        this.paths = paths;
    }

    /**
     * Opens an output.
     *
     * @param column a column of vectors: {@code image_embeds}, {@code pooler_output}, {@code cls}, {@code mean} or {@code logits}
     * @throws ConfigurationException if there is no output, no finished run, or no such column
     * @throws OutputConflictException if its runs were made in different ways
     */
    public static CurrentVectors open(SparkSession spark, String folder, String column) {
        OutputFolder output = OutputFolder.existing(spark, folder);
        OutputIdentity identity = output.identity()
                .orElseThrow(() -> new OutputConflictException("The output " + folder
                        + " has no _vitrine/output.json, so how its vectors were made is not known. Bring the file back,"
                        + " or make a new output."));
        VectorColumn vectors = new VectorColumns(identity, folder).require(column);
        List<String> runs = SparkFailures.explain("read the output", folder, output::finishedRuns);
        if (runs.isEmpty()) {
            throw new ConfigurationException(
                    "The output " + folder + " has no finished run with rows. Run" + " jobs/extract to its end first.");
        }
        Map<String, String> fields = identity.fields();
        String fingerprint = fields.getOrDefault("fingerprint", "");
        String model = new RunOrigins(spark, output).requireSame(runs, fingerprint);
        VectorSource source = new VectorSource(
                output.location(),
                fingerprint,
                model,
                fields.getOrDefault("preprocessing", ""),
                fields.getOrDefault("image size", ""),
                fields.getOrDefault("precision", ""),
                fields.getOrDefault("head mask", VectorSource.NO_HEAD_MASK),
                column,
                vectors.dimension(),
                vectors.norm());
        CanonicalPaths paths = CanonicalPaths.ofFullPaths(spark.sessionState().newHadoopConf());
        return new CurrentVectors(output, identity, runs, source, paths);
    }

    /** How the vectors were made. */
    public VectorSource source() {
        return source;
    }

    /** The runs whose rows are read, oldest first. */
    public List<String> runs() {
        return runs;
    }

    /**
     * The current {@code ok} rows, in no order: {@link #PATH}, {@link #ETAG}, {@link #LENGTH}, {@link #RUN}, {@link #VECTOR},
     * {@link #PIXELS} and carried columns. A row whose vector is null, of another length or not finite ends the query with an error,
     * and so do two newest rows of one image.
     *
     * @param carried columns that the output carries from the list of images, such as a label
     * @throws ConfigurationException if the output does not carry one of them
     */
    public Dataset<Row> rows(String... carried) {
        StructType columns = new StructType()
                .add(PATH, DataTypes.StringType)
                .add(FeatureSchema.STATUS, DataTypes.StringType)
                .add(ETAG, DataTypes.StringType)
                .add(LENGTH, DataTypes.LongType)
                .add(WIDTH, DataTypes.IntegerType)
                .add(HEIGHT, DataTypes.IntegerType)
                .add(source.column(), DataTypes.createArrayType(DataTypes.FloatType, true));
        for (String name : carried) {
            columns = columns.add(name, org.apache.spark.sql.types.DataType.fromDDL(carriedType(name)));
        }
        Dataset<Row> all = table(columns);
        Dataset<Row> older = older();
        Column[] wanted = Stream.concat(
                        Stream.of(paths.of(col(PATH)).as(PATH), col(ETAG), col(LENGTH), col(RUN), vector(), pixels()),
                        Stream.of(carried).map(name -> col(quote(name))))
                .toArray(Column[]::new);
        return all.where(col(FeatureSchema.STATUS).equalTo(RowStatus.OK))
                .join(
                        older,
                        all.col(PATH)
                                .equalTo(older.col(PATH + AGE))
                                .and(all.col(RUN).equalTo(older.col(RUN + AGE))),
                        "left_anti")
                .select(wanted);
    }

    /**
     * Rows that a newer row of the same image replaces. They are few beside all rows, so that Spark can broadcast them and vectors
     * stay where they are read. Two newest rows of one image end the query: which of them counts can't be known.
     */
    private Dataset<Row> older() {
        StructType columns = new StructType().add(PATH, DataTypes.StringType);
        WindowSpec rowsOfImage = Window.partitionBy(paths.of(col(PATH)))
                .orderBy(desc(RUN), asc(PATH)); // the path, because an image can have several forms of it
        Column isTwin = lag(col(RUN), 1)
                .over(rowsOfImage)
                .equalTo(col(RUN))
                .and(lag(col(PATH), 1).over(rowsOfImage).equalTo(col(PATH)));
        Column fault = raise_error(
                concat(
                        lit("io.vitrine.OutputConflictException: The output " + output.location()
                                + " has two newest rows of "),
                        col(PATH),
                        lit(", both in run "),
                        col(RUN),
                        lit(
                                ". Another program has copied rows; remove one of them, or run jobs/extract --force on this image.")));
        return table(columns)
                .withColumn(AGE, rank().over(rowsOfImage))
                .withColumn(TWIN, isTwin)
                .where(col(AGE).gt(1).or(col(TWIN)))
                .select(when(col(AGE).gt(1), col(PATH)).otherwise(fault).as(PATH + AGE), col(RUN).as(RUN + AGE));
    }

    private Dataset<Row> table(StructType columns) {
        return SparkFailures.explain(
                "read the output", output.location(), () -> output.table().rows(runs, columns));
    }

    private static Column pixels() {
        return col(WIDTH).cast(DataTypes.LongType).multiply(col(HEIGHT)).as(PIXELS);
    }

    private Column vector() {
        Column vector = col(quote(source.column()));
        Column sound = vector.isNotNull()
                .and(size(vector).equalTo(source.dimension()))
                .and(exists(vector, x -> x.isNull()
                                .or(x.isNaN())
                                .or(x.equalTo(Float.POSITIVE_INFINITY))
                                .or(x.equalTo(Float.NEGATIVE_INFINITY)))
                        .equalTo(false));
        Column fault = raise_error(concat(
                lit("io.vitrine.OutputConflictException: The row of "),
                col(PATH),
                lit(" in " + output.location() + " is ok, but its " + source.column() + " is no vector of "
                        + source.dimension()
                        + " finite numbers. The file is damaged or was changed by another program; run"
                        + " jobs/extract --force on this image, or bring the file back.")));
        return when(sound, vector).otherwise(fault.cast(vectorType())).as(VECTOR);
    }

    private static org.apache.spark.sql.types.DataType vectorType() {
        return DataTypes.createArrayType(DataTypes.FloatType, true);
    }

    private String carriedType(String name) {
        String type = identity.fields().get(CARRIED + name);
        if (type == null) {
            throw new ConfigurationException("The output " + output.location() + " has no carried column " + name
                    + ". It carries: " + carriedNames() + ".");
        }
        return type;
    }

    private String carriedNames() {
        List<String> names = identity.fields().keySet().stream()
                .filter(field -> field.startsWith(CARRIED))
                .map(field -> field.substring(CARRIED.length()))
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
