package io.vitrine.ml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;
import scala.Function1;

/** Rows in Spark's internal form: what each item carried, then its features, its status and its error. */
final class FeatureRows implements FlatMapFunction<Iterator<Row>, InternalRow> {
    private static final long serialVersionUID = 1;

    private final List<DataType> kept;
    private final List<DataType> results;
    private final boolean vectors;

    /**
     * @param results types of the features, the status and the error
     * @param vectors whether vectors are Spark ML's
     */
    FeatureRows(List<DataType> kept, List<DataType> results, boolean vectors) {
        this.kept = kept;
        this.results = results;
        this.vectors = vectors;
    }

    @Override
    public Iterator<InternalRow> call(Iterator<Row> rows) {
        List<DataType> types = new ArrayList<>(kept);
        types.addAll(results);
        UnsafeProjection toUnsafe = UnsafeProjection.create(types.toArray(DataType[]::new));
        List<Function1<Object, Object>> converters = results.stream()
                .map(CatalystTypeConverters::createToCatalystConverter)
                .toList();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public InternalRow next() {
                Row row = rows.next();
                int features = converters.size() - 2;
                Object[] values = new Object[converters.size()];
                for (int i = 0; i < features; i++) {
                    values[i] = value(row.get(Embedding.FIRST_FEATURE + i), i, converters.get(i));
                }
                values[features] = converters.get(features).apply(row.get(Embedding.STATUS));
                values[features + 1] = converters.get(features + 1).apply(row.get(Embedding.ERROR));
                return toUnsafe.apply(
                        new JoinedRow((InternalRow) row.get(Embedding.ROW), new GenericInternalRow(values)));
            }
        };
    }

    private Object value(Object feature, int index, Function1<Object, Object> converter) {
        if (!(feature instanceof float[] floats)) {
            return converter.apply(feature);
        }
        return vectors && results.get(index).equals(SQLDataTypes.VectorType())
                ? converter.apply(Vectors.dense(doubles(floats)))
                : UnsafeArrayData.fromPrimitiveArray(floats);
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }
}
