package io.vitrine.job.rows;

import io.vitrine.spark.ClassicSession;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

/**
 * Makes a frame of rows in Spark's internal form. {@code SparkSession.createDataFrame} has an encoder copy every value into an
 * internal row, and its plan copies each row out and in again. These rows are copied once, and not at all on their way to
 * {@link io.vitrine.table.parquet.FeatureParquetFormat}.
 */
public final class InternalRowFrame {
    private InternalRowFrame() {}

    /** A frame of {@code rows}, whose values have the external types of {@code schema}. */
    public static Dataset<Row> of(SparkSession spark, JavaRDD<Row> rows, StructType schema) {
        JavaRDD<InternalRow> internal = rows.mapPartitions(new ToInternal(schema));
        return ClassicSession.frame(spark, internal.rdd(), schema);
    }

    private static final class ToInternal implements FlatMapFunction<Iterator<Row>, InternalRow> {
        private static final long serialVersionUID = 1;

        private final StructType schema;

        ToInternal(StructType schema) {
            this.schema = schema;
        }

        @Override
        public Iterator<InternalRow> call(Iterator<Row> rows) {
            StructField[] fields = schema.fields();
            @SuppressWarnings("unchecked")
            Function1<Object, Object>[] converters = (Function1<Object, Object>[]) new Function1<?, ?>[fields.length];
            for (int i = 0; i < fields.length; i++) {
                converters[i] = CatalystTypeConverters.createToCatalystConverter(fields[i].dataType());
            }
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public InternalRow next() {
                    Row row = rows.next();
                    Object[] values = new Object[fields.length];
                    for (int i = 0; i < values.length; i++) {
                        Object value = row.get(i);
                        values[i] = value instanceof float[] floats
                                ? UnsafeArrayData.fromPrimitiveArray(floats)
                                : converters[i].apply(value);
                    }
                    return new GenericInternalRow(values);
                }
            };
        }
    }
}
