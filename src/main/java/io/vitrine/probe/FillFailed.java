package io.vitrine.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;

/**
 * Gives images without features a vector of zeros, because Spark ML's classifiers end a query for a null. {@link BlankFailed} takes it
 * away behind the classifier.
 */
public final class FillFailed extends ProbeStage {
    private static final long serialVersionUID = 1;

    private final IntParam dimension = new IntParam(this, "dimension", "elements of a vector");

    /** @param uid unique among the stages of a pipeline */
    public FillFailed(String uid) {
        super(uid);
    }

    static FillFailed of(String features, int dimension) {
        FillFailed stage = new FillFailed("fillFailed");
        stage.set(stage.featuresCol(), features);
        stage.set(stage.dimension, dimension);
        return stage;
    }

    /** Reads what {@link #save} wrote. Pipelines call this. */
    public static MLReader<FillFailed> read() {
        return new DefaultParamsReader<>();
    }

    public IntParam dimension() {
        return dimension;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> rows) {
        int elements = (int) of(dimension);
        UDF1<Vector, Vector> filled = vector -> vector == null ? Vectors.zeros(elements) : vector;
        return rows.withColumn(of(featuresCol()), udf(filled, VECTOR).apply(col(of(featuresCol()))));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return schema;
    }
}
