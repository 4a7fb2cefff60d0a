package io.vitrine.job.rows;

import io.vitrine.L2Norm;
import io.vitrine.graph.ModelSignature;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.job.request.FeatureRequest;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** A vector as {@code array<float>}, unchanged or divided by its L2 norm. */
final class VectorColumn implements FeatureColumn {
    private static final long serialVersionUID = 1;

    private final String name;
    private final int length;
    private final FeatureRequest.Norm norm;

    VectorColumn(ModelSignature.Output output, FeatureRequest.Norm norm) {
        this.name = output.name();
        this.length = output.elements();
        this.norm = norm;
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
                norm == FeatureRequest.Norm.L2 ? normalized : layout);
    }

    @Override
    public Object value(BatchFeatures features, int index) {
        float[] vector = features.floats(name, index);
        return norm == FeatureRequest.Norm.L2 ? L2Norm.divide(vector) : vector;
    }
}
