package io.vitrine.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.VitrineException;
import io.vitrine.catalog.Folder;
import io.vitrine.catalog.StorageFault;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * A Delta Lake table, one commit a run. {@link #RUN} is an ordinary column and the first one: Delta then keeps its range for
 * each file, and a partition column would have every task sort its rows. The provenance is the commit's user metadata.
 */
final class DeltaTable implements FeatureTable {
    private final SparkSession spark;
    private final String folder;
    private List<String> runs = List.of(); // once there are any, kept: nobody else writes

    DeltaTable(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = Folder.qualified(folder, spark.sessionState().newHadoopConf());
    }

    @Override
    public void write(Dataset<Row> rows, String run, WriteOptions options) {
        options.parquet().forEach((name, value) -> spark.conf().set(name, value)); // Delta passes no others on
        try {
            rows.select(lit(run).as(RUN), col("*"))
                    .write()
                    .format("delta")
                    .mode(SaveMode.Append)
                    .option("userMetadata", new ObjectMapper().writeValueAsString(options.provenance()))
                    .save(folder);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a map of strings
        } finally {
            options.parquet().keySet().forEach(name -> spark.conf().unset(name));
            runs = List.of();
        }
    }

    @Override
    public Dataset<Row> rows(List<String> runs) {
        return all().where(col(RUN).isin(runs.toArray()));
    }

    private Dataset<Row> all() {
        return spark.read().format("delta").load(folder);
    }

    @Override
    public List<String> runs() {
        if (!exists()) {
            return List.of();
        }
        if (!Arrays.asList(all().columns()).contains(RUN)) {
            throw new VitrineException("The Delta table " + folder + " was not written by Vitrine: it has no column "
                    + RUN + ". Choose another --output.");
        }
        if (runs.isEmpty()) {
            runs = all().select(RUN).distinct().as(Encoders.STRING()).collectAsList();
        }
        return runs;
    }

    private boolean exists() {
        Path log = new Path(folder, "_delta_log");
        try {
            return log.getFileSystem(spark.sessionState().newHadoopConf()).exists(log);
        } catch (IOException e) {
            throw StorageFault.of("read", log, e);
        }
    }

    @Override
    public void remove(String run) {
        if (exists()) {
            runs = List.of();
            spark.sql("DELETE FROM delta.`" + folder.replace("`", "``") + "` WHERE " + RUN + " = '" + run + "'");
        }
    }

    @Override
    public String place(String run) {
        return folder + " (" + RUN + " = '" + run + "')";
    }
}
