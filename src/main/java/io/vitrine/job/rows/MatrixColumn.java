package io.vitrine.job.rows;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OutputType;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.job.request.MatrixEncoding;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** A matrix, or the concatenated matrices of all layers: little-endian bytes, or a flat {@code array<float>}. */
final class MatrixColumn implements FeatureColumn {
    private static final long serialVersionUID = 1;

    private final String name;
    private final List<String> outputs;
    private final int elements;
    private final List<Integer> shape;
    private final boolean binary;
    private final boolean half;

    /**
     * @param parts the outputs it consists of, all of the same shape
     * @param stacked whether the column has a first dimension of parts, also where there is only one
     */
    MatrixColumn(String name, List<ModelSignature.Output> parts, boolean stacked, MatrixEncoding encoding) {
        this.name = name;
        this.outputs = parts.stream().map(ModelSignature.Output::name).toList();
        List<Integer> dimensions = new ArrayList<>(parts.get(0).shape());
        if (stacked) {
            dimensions.add(0, parts.size());
        }
        this.shape = List.copyOf(dimensions);
        this.binary = encoding.isBinary();
        this.half = parts.get(0).type() == OutputType.FLOAT16;
        long all = (long) parts.get(0).elements() * parts.size();
        long bytes = (long) parts.get(0).bytes() * parts.size();
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new ConfigurationException("The column " + name + " of shape " + shape + " takes " + bytes
                    + " bytes per image, more than one row can hold. Choose single layers (" + name + ".0).");
        }
        this.elements = (int) all;
    }

    @Override
    public StructField field() {
        return binary
                ? FeatureColumn.field(
                        name,
                        DataTypes.BinaryType,
                        half ? "float16" : "float32",
                        shape,
                        "layout",
                        "row-major little-endian")
                : FeatureColumn.field(
                        name,
                        DataTypes.createArrayType(DataTypes.FloatType, false),
                        "float32",
                        shape,
                        "layout",
                        "row-major");
    }

    @Override
    public Object value(BatchFeatures features, int index) {
        if (!binary) {
            return floats(features, index);
        }
        if (outputs.size() == 1) {
            return features.bytes(outputs.get(0), index);
        }
        ByteBuffer bytes = ByteBuffer.allocate(elements * (half ? Short.BYTES : Float.BYTES));
        outputs.forEach(output -> bytes.put(features.bytes(output, index)));
        return bytes.array();
    }

    private float[] floats(BatchFeatures features, int index) {
        if (outputs.size() == 1) {
            return features.floats(outputs.get(0), index);
        }
        float[] all = new float[elements];
        int at = 0;
        for (String output : outputs) {
            float[] part = features.floats(output, index);
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
