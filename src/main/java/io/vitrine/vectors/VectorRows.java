package io.vitrine.vectors;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.ConfigurationException;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Reads rows that {@link CurrentVectors#rows} gives, without boxing their elements. */
public final class VectorRows {
    private static final Pattern LABELS = Pattern.compile(
            "string|varchar.*|char.*|byte|short|integer|long|float|double|decimal.*|boolean|date|timestamp|timestamp_ntz");

    private VectorRows() {}

    /** Path, run and vector of each row, in the order of the rows. */
    public static JavaRDD<PathVector> of(Dataset<Row> rows) {
        return of(rows, lit(""));
    }

    /**
     * The same with a label.
     *
     * @param label a carried column that is among those of {@code rows}
     * @throws ConfigurationException if its values are no texts, numbers, truth values or times
     */
    public static JavaRDD<PathVector> labelled(Dataset<Row> rows, String label) {
        DataType type = rows.schema().apply(label).dataType();
        if (!LABELS.matcher(type.typeName()).matches()) {
            throw new ConfigurationException("The column " + label + " holds " + type.simpleString()
                    + ", which is no label: labels are texts, numbers, truth values or times.");
        }
        Column column = col("`" + label.replace("`", "``") + "`");
        return of(rows, coalesce(column.cast(DataTypes.StringType), lit("")));
    }

    private static JavaRDD<PathVector> of(Dataset<Row> rows, Column label) {
        return rows.select(col(CurrentVectors.PATH), col(CurrentVectors.RUN), col(CurrentVectors.VECTOR), label)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .map(new Copy());
    }

    /** Spark reuses its rows, so everything is copied. */
    private static final class Copy implements Function<InternalRow, PathVector> {
        private static final long serialVersionUID = 1;

        @Override
        public PathVector call(InternalRow row) {
            return new PathVector(
                    row.getUTF8String(0).toString(),
                    row.getUTF8String(1).toString(),
                    row.getArray(2).toFloatArray(),
                    row.getUTF8String(3).toString());
        }
    }
}
