package io.vitrine.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Parquet files in {@code FOLDER/run=<id>/}. The provenance is in every file's footer. */
final class ParquetTable implements FeatureTable {
    private static final String PREFIX = RUN + "=";

    private final SparkSession spark;
    private final String folder;

    ParquetTable(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = folder;
    }

    @Override
    public void write(Dataset<Row> rows, String run, WriteOptions options) {
        PassThroughScanStrategy.install(spark);
        rows.write()
                .mode(SaveMode.ErrorIfExists)
                .format(FeatureParquetFormat.class.getName())
                .options(options.parquet())
                .option(FeatureParquetFormat.METADATA, json(options))
                .save(runFolder(run));
    }

    private static String json(WriteOptions options) {
        try {
            return new ObjectMapper().writeValueAsString(options.provenance());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a map of strings is always JSON
        }
    }

    @Override
    public Dataset<Row> rows(List<String> runs, StructType columns) {
        return spark.read()
                .schema(columns)
                .option("basePath", StoragePaths.parse(folder).toString())
                .parquet(runs.stream().map(this::runFolder).toArray(String[]::new));
    }

    @Override
    public List<String> runs() {
        Path path = StoragePaths.parse(folder);
        try {
            return Arrays.stream(path.getFileSystem(spark.sessionState().newHadoopConf())
                            .listStatus(path))
                    .map(child -> child.getPath().getName())
                    .filter(name -> name.startsWith(PREFIX))
                    .map(name -> name.substring(PREFIX.length()))
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw StorageErrors.of("list the output", path, e);
        }
    }

    @Override
    public void remove(String run) {
        Path path = new Path(runFolder(run));
        try {
            path.getFileSystem(spark.sessionState().newHadoopConf()).delete(path, true);
        } catch (IOException e) {
            throw StorageErrors.of("remove the unfinished run", path, e);
        }
    }

    private String runFolder(String run) {
        return folder + "/" + PREFIX + run;
    }
}
