package io.vitrine.probe;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;

import io.vitrine.ConfigurationException;
import io.vitrine.vectors.CurrentVectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The vectors of images that have a label, and the classes that they are of: those of at least two images, in the order of their
 * names.
 */
final class LabelledVectors {
    static final String PATH = CurrentVectors.PATH;
    static final String LABEL = "label";
    static final String CLASS = "class"; // its index
    static final String VECTOR = CurrentVectors.VECTOR;

    private static final int EXAMPLES = 3;

    private final SparkSession spark;
    private final Dataset<Row> all;
    private final List<String> classes;
    private final List<String> singles;
    private final long unlabelled;

    private LabelledVectors(
            SparkSession spark, Dataset<Row> all, List<String> classes, List<String> singles, long unlabelled) {
        this.spark = spark;
        this.all = all;
        this.classes = classes;
        this.singles = singles;
        this.unlabelled = unlabelled;
    }

    /**
     * Counts the labels of an output's current vectors.
     *
     * @param maxClasses the driver collects one name more at most
     * @throws ConfigurationException if there are fewer than two classes, or more than {@code maxClasses}
     */
    static LabelledVectors of(SparkSession spark, CurrentVectors vectors, String labelColumn, int maxClasses) {
        Dataset<Row> rows = vectors.rows(labelColumn);
        requireLabels(labelColumn, rows.schema().apply(labelColumn).dataType());
        Column label = col("`" + labelColumn.replace("`", "``") + "`");
        Dataset<Row> all =
                rows.select(col(PATH), label.cast(DataTypes.StringType).as(LABEL), col(VECTOR));
        List<Row> counts = all.select(LABEL)
                .where(isLabel())
                .groupBy(LABEL)
                .agg(count(lit(1)))
                .limit(maxClasses + 1)
                .collectAsList();
        ProbeMemory.requireRoom(
                counts.size(),
                vectors.source().dimension(),
                Runtime.getRuntime().maxMemory());
        List<String> classes = new ArrayList<>();
        List<String> singles = new ArrayList<>();
        counts.forEach(row -> (row.getLong(1) > 1 ? classes : singles).add(row.getString(0)));
        classes.sort(Comparator.naturalOrder());
        singles.sort(Comparator.naturalOrder());
        long unlabelled = all.select(LABEL).where(isLabel().equalTo(false)).count();
        if (classes.size() < 2) {
            throw new ConfigurationException("A probe tells classes apart, but the column " + labelColumn + " of "
                    + vectors.source().output() + " has "
                    + (classes.isEmpty() ? "none" : "only one, " + classes.get(0) + ",")
                    + " with two images or more (" + singles.size() + " classes of one image, " + unlabelled
                    + " images without a label). Check the labels of the list that the features were made from.");
        }
        return new LabelledVectors(spark, all, classes, singles, unlabelled);
    }

    /** Refuses types that the saved pipeline's StringIndexer does not take, such as booleans. */
    static void requireLabels(String column, DataType type) {
        if (!(type instanceof StringType || type instanceof NumericType)) {
            throw new ConfigurationException(
                    "--label-column " + column + " is of type " + type.simpleString()
                            + ", but labels are texts or numbers. Give a column with each image's class; CAST one of another type.");
        }
    }

    private static Column isLabel() {
        return col(LABEL).isNotNull().and(length(trim(col(LABEL))).gt(0));
    }

    /** Names by index. */
    List<String> classes() {
        return classes;
    }

    /** Classes of one image, which are left out. */
    List<String> singles() {
        return singles;
    }

    /** Images without a label, which are left out. */
    long unlabelled() {
        return unlabelled;
    }

    /** The least paths of images without a label. */
    List<String> unlabelledExamples() {
        return unlabelled == 0
                ? List.of()
                : all
                        .select(PATH, LABEL)
                        .where(isLabel().equalTo(false))
                        .orderBy(PATH)
                        .limit(EXAMPLES)
                        .collectAsList()
                        .stream()
                        .map(row -> row.getString(0))
                        .toList();
    }

    /** One row per image of a class: {@link #PATH}, {@link #CLASS} and {@link #VECTOR}. */
    Dataset<Row> rows() {
        List<Row> indices = new ArrayList<>();
        for (String name : classes) {
            indices.add(RowFactory.create(name, indices.size()));
        }
        StructType columns =
                new StructType().add(LABEL, DataTypes.StringType, false).add(CLASS, DataTypes.IntegerType, false);
        return all.join(broadcast(spark.createDataFrame(indices, columns)), LABEL)
                .select(PATH, CLASS, VECTOR);
    }
}
