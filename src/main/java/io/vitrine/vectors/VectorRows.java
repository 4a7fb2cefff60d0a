package io.vitrine.vectors;

import org.apache.spark.sql.Row;
import scala.collection.Seq;

/** Reads the vectors of rows that {@link CurrentVectors#rows} gives. */
public final class VectorRows {
    private VectorRows() {}

    /**
     * Copies an {@code array<float>} without nulls.
     *
     * @param index of the column
     * @param target of the array's length
     */
    public static void copy(Row row, int index, float[] target) {
        Seq<Object> values = row.getSeq(index);
        values.copyToArray(target);
    }
}
