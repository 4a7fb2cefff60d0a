package io.vitrine.probe;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.types.DataType;

/** A stage of the saved pipeline. Its parameters are saved with it. */
public abstract class ProbeStage extends Transformer implements DefaultParamsWritable {
    private static final long serialVersionUID = 1;
    static final DataType VECTOR = SQLDataTypes.VectorType();

    private final String uid;
    private final Param<String> featuresCol;

    protected ProbeStage(String uid) {
        this.uid = uid;
        this.featuresCol = new Param<>(this, "featuresCol", "column of vectors");
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> featuresCol() {
        return featuresCol;
    }

    final <T> T of(Param<T> param) {
        return getOrDefault(param);
    }

    @Override
    public Transformer copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
