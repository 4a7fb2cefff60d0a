package io.vitrine.job.rows;

import io.vitrine.inference.BatchFeatures;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/** One feature column: its field in the schema, and how the model output becomes a value. */
interface FeatureColumn extends Serializable {
    StructField field();

    /** The value of image {@code index} of a batch, as Spark rows take it. */
    Object value(BatchFeatures features, int index);

    /**
     * A column whose metadata tells its shape and element type.
     *
     * @param more other metadata, names and values in turn
     */
    static StructField field(String name, DataType type, String dtype, List<Integer> shape, String... more) {
        MetadataBuilder metadata = new MetadataBuilder()
                .putString("dtype", dtype)
                .putLongArray(
                        "shape", shape.stream().mapToLong(Integer::longValue).toArray());
        for (int i = 0; i < more.length; i += 2) {
            metadata.putString(more[i], more[i + 1]);
        }
        Metadata built = metadata.build();
        return new StructField(name, type, true, built);
    }
}
