package io.vitrine.job.rows;

import io.vitrine.graph.ModelSignature;
import io.vitrine.inference.BatchFeatures;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** A vector as {@code array<float>}, as the model gives it or divided by its L2 norm. */
final class VectorColumn implements FeatureColumn {
    private static final long serialVersionUID = 1;

    /** The least norm, as {@code torch.nn.functional.normalize} has it: a vector of zeros stays one. */
    private static final double EPSILON = 1e-12;

    private final String name;
    private final int length;
    private final boolean normalize;

    VectorColumn(ModelSignature.Output output, boolean normalize) {
        this.name = output.name();
        this.length = output.elements();
        this.normalize = normalize;
    }

    @Override
    public StructField field() {
        String[] layout = {"layout", "row-major"};
        String[] normalized = {"layout", "row-major", "normalize", "l2"};
        return FeatureColumn.field(
                name,
                DataTypes.createArrayType(DataTypes.FloatType, false),
                "float32",
                List.of(length),
                normalize ? normalized : layout);
    }

    @Override
    public Object value(BatchFeatures features, int place) {
        float[] vector = features.floats(name, place);
        if (normalize) {
            double squares = 0;
            for (float value : vector) {
                squares += (double) value * value;
            }
            double norm = Math.max(Math.sqrt(squares), EPSILON);
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / norm);
            }
        }
        return vector;
    }
}
