package io.vitrine.vectors;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;

import io.vitrine.OutputConflictException;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.table.FeatureTable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The checkpoints of an output's runs, as their records name them. */
final class RunOrigins {
    private static final StructType RECORD =
            StructType.fromDDL("run STRING, model STRUCT<location: STRING, fingerprint: STRING>");

    private final SparkSession spark;
    private final OutputFolder output;

    RunOrigins(SparkSession spark, OutputFolder output) {
        this.spark = spark;
        this.output = output;
    }

    /**
     * Refuses an output with a run of another checkpoint than its identity names, as where folders of two outputs were put together.
     *
     * @param runs that have records
     * @param fingerprint of the output's identity
     * @return where the newest run had the checkpoint from
     */
    String requireSame(List<String> runs, String fingerprint) {
        List<Row> models = SparkFailures.explain("read the records of", output.location(), () -> spark.read()
                .schema(RECORD)
                .option("multiLine", "true")
                .options(FeatureTable.WHOLE_FILES)
                .json(runs.stream().map(output::record).toArray(String[]::new))
                .groupBy(col("model.fingerprint").as("fingerprint"))
                .agg(min("run"), max_by(col("model.location"), col("run")))
                .collectAsList());
        for (Row model : models) {
            if (!fingerprint.equals(model.getString(0))) {
                throw new OutputConflictException("The output " + output.location()
                        + " mixes runs of different checkpoints: run " + model.getString(1) + " has fingerprint "
                        + model.getString(0) + ", _vitrine/output.json " + fingerprint
                        + ". Their vectors can't be compared; keep them in two outputs.");
            }
        }
        return models.get(0).getString(2);
    }
}
