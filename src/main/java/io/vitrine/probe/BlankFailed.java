package io.vitrine.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.vitrine.job.rows.RowStatus;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the name of the predicted class, and sets features and predictions of images that failed to null. Their status says why they
 * failed.
 */
public final class BlankFailed extends ProbeStage {
    private static final long serialVersionUID = 1;

    private final Param<String> statusCol =
            new Param<>(this, "statusCol", "column that says ok, or why an image failed");
    private final Param<String> predictionCol = new Param<>(this, "predictionCol", "column of class indices");
    private final Param<String> outputCol = new Param<>(this, "outputCol", "name of the column of class names");
    private final StringArrayParam labels = new StringArrayParam(this, "labels", "class names by index");
    private final StringArrayParam blanked =
            new StringArrayParam(this, "blankedCols", "columns that are null for images that failed");

    /** @param uid unique among the stages of a pipeline */
    public BlankFailed(String uid) {
        super(uid);
    }

    /** @param blanked columns that are null for images that failed, the features and the prediction among them */
    static BlankFailed of(String status, String prediction, String output, List<String> labels, List<String> blanked) {
        BlankFailed stage = new BlankFailed("blankFailed");
        stage.set(stage.statusCol, status);
        stage.set(stage.predictionCol, prediction);
        stage.set(stage.outputCol, output);
        stage.set(stage.labels, labels.toArray(String[]::new));
        stage.set(stage.blanked, blanked.toArray(String[]::new));
        return stage;
    }

    /** Reads what {@link #save} wrote. Pipelines call this. */
    public static MLReader<BlankFailed> read() {
        return new DefaultParamsReader<>();
    }

    public Param<String> statusCol() {
        return statusCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public StringArrayParam labels() {
        return labels;
    }

    public StringArrayParam blankedCols() {
        return blanked;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> rows) {
        Column isOk = col(of(statusCol)).equalTo(RowStatus.OK);
        Column index = col(of(predictionCol)).cast(DataTypes.IntegerType).plus(1);
        Dataset<Row> named = rows.withColumn(of(outputCol), when(isOk, element_at(lit(of(labels)), index)));
        for (String name : of(blanked)) {
            named = named.withColumn(name, when(isOk, col(name)));
        }
        return named;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return schema.add(of(outputCol), DataTypes.StringType);
    }
}
