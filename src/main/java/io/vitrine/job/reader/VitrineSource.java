package io.vitrine.job.reader;

import io.vitrine.ConfigurationException;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.spark.RunningSpark;
import java.util.Map;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.RelationProvider;
import scala.collection.JavaConverters;

/**
 * Spark's data source {@code vitrine}: the rows of an output's runs that have a record, in every output format and at every moment.
 * Other options go to Spark's Parquet reader.
 *
 * <pre>{@code
 * Dataset<Row> features = spark.read().format("vitrine").load("s3a://bucket/features");
 * }</pre>
 */
public final class VitrineSource implements DataSourceRegister, RelationProvider {
    private static final String PATH = "path";

    @Override
    public String shortName() {
        return "vitrine";
    }

    /** @throws ConfigurationException if there is no path, no output of Vitrine at it, or the jar is for another Spark */
    @Override
    public BaseRelation createRelation(SQLContext context, scala.collection.immutable.Map<String, String> parameters) {
        RunningSpark.requireFitting();
        Map<String, String> options = JavaConverters.mapAsJavaMap(parameters);
        String path = options.get(PATH);
        if (path == null) {
            throw new ConfigurationException(
                    "The source vitrine reads one output: load(\"s3a://bucket/features\"), or in SQL"
                            + " OPTIONS (path 's3a://bucket/features').");
        }
        OutputFolder output = OutputFolder.existing(context.sparkSession(), path);
        return output.table().relation(output::recordedRuns, options, FeatureSchema.IMAGE);
    }
}
