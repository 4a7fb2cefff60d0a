package io.vitrine.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** A Delta Lake table. The provenance is each commit's user metadata. */
final class DeltaTable extends LakeTable {
    DeltaTable(SparkSession spark, String folder) {
        super(spark, StoragePaths.qualified(folder, spark.sessionState().newHadoopConf()));
    }

    @Override
    void append(Dataset<Row> rows, WriteOptions options) {
        options.parquet()
                .forEach((name, value) -> spark.conf().set(name, value)); // Delta ignores the writer's own options
        try {
            rows.write()
                    .format("delta")
                    .mode(SaveMode.Append)
                    .option("userMetadata", new ObjectMapper().writeValueAsString(options.provenance()))
                    .save(folder);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a map of strings is always JSON
        } finally {
            options.parquet().keySet().forEach(name -> spark.conf().unset(name));
        }
    }

    @Override
    Dataset<Row> allRows() {
        return spark.read().format("delta").load(folder);
    }

    @Override
    boolean exists() {
        Path log = new Path(folder, "_delta_log");
        try {
            return log.getFileSystem(spark.sessionState().newHadoopConf()).exists(log);
        } catch (IOException e) {
            throw StorageErrors.of("read", log, e);
        }
    }

    @Override
    String sqlName() {
        return "delta." + quote(folder);
    }
}
