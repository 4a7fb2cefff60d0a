package io.vitrine.vectors;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads rows that {@link CurrentVectors#rows} gives, without boxing their elements. */
public final class VectorRows {
    private VectorRows() {}

    /** Path, run and vector of each row, in the order of the rows. */
    public static JavaRDD<PathVector> of(Dataset<Row> rows) {
        return rows.select(col(CurrentVectors.PATH), col(CurrentVectors.RUN), col(CurrentVectors.VECTOR))
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
                    row.getArray(2).toFloatArray());
        }
    }
}
