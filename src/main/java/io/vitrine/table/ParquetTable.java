package io.vitrine.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.table.parquet.FeatureParquetFormat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;

/** Parquet files in {@code FOLDER/run=<id>/}. The provenance is in every file's footer. */
final class ParquetTable implements FeatureTable {
    private final SparkSession spark;
    private final Path folder;
    private RunFolders folders; // made at the first use: the file system may be unreachable

    ParquetTable(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = StoragePaths.parse(folder);
    }

    private RunFolders folders() throws IOException {
        if (folders == null) {
            folders = new RunFolders(folder, spark.sessionState().newHadoopConf());
        }
        return folders;
    }

    @Override
    public void write(Dataset<Row> rows, String run, WriteOptions options) {
        PassThroughScanStrategy.install(spark);
        rows.write()
                .mode(SaveMode.ErrorIfExists)
                .format(FeatureParquetFormat.class.getName())
                .options(options.parquet())
                .option(FeatureParquetFormat.METADATA, json(options))
                .save(run("write", () -> folders().unpublished(run)).toString());
    }

    private static String json(WriteOptions options) {
        try {
            return new ObjectMapper().writeValueAsString(options.provenance());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a map of strings is always JSON
        }
    }

    @Override
    public Dataset<Row> written(String run, StructType columns) {
        return run("read", () -> read(folders().unpublished(), List.of(folders().unpublished(run)), columns));
    }

    @Override
    public Dataset<Row> rows(List<String> runs, StructType columns) {
        return run("read", () -> {
            RunFolders places = folders();
            return read(folder, runs.stream().map(places::published).toList(), columns);
        });
    }

    private Dataset<Row> read(Path base, List<Path> places, StructType columns) {
        return spark.read()
                .schema(columns)
                .options(WHOLE_FILES)
                .option("basePath", base.toString())
                .parquet(places.stream().map(Path::toString).toArray(String[]::new));
    }

    @Override
    public BaseRelation relation(Supplier<List<String>> selection, Map<String, String> options, StructType empty) {
        return run("read", () -> {
            Map<String, String> all = new LinkedHashMap<>(options);
            all.put("basePath", folder.toString());
            scala.collection.immutable.Map<String, String> reader = scalaMap(all);
            RunFileIndex files = new RunFileIndex(spark, folders(), selection, reader);
            ParquetFileFormat format = new ParquetFileFormat();
            StructType columns = files.all().isEmpty()
                    ? empty
                    : format.inferSchema(spark, reader, files.all()).get().asNullable();
            return new HadoopFsRelation(files, files.partitionSchema(), columns, Option.empty(), format, reader, spark);
        });
    }

    @SuppressWarnings("unchecked") // of Scala 2.13
    private static scala.collection.immutable.Map<String, String> scalaMap(Map<String, String> map) {
        scala.collection.immutable.Map<String, String> all = scala.collection.immutable.Map$.MODULE$.empty();
        for (Map.Entry<String, String> entry : map.entrySet()) {
            all = all.$plus(new Tuple2<>(entry.getKey(), entry.getValue()));
        }
        return all;
    }

    @Override
    public boolean isPublishedAtOnce() {
        return run("reach", () -> folders().publication()) == Publication.RENAME;
    }

    @Override
    public void publish(String run) {
        run("publish a commit in", () -> {
            folders().publish(run);
            return run;
        });
    }

    @Override
    public List<String> runs() {
        return run("list the output", () -> folders().runs());
    }

    @Override
    public void remove(String run) {
        run("remove run " + run + " from", () -> {
            folders().remove(run);
            return run;
        });
    }

    @Override
    public void removeUnpublished(Predicate<String> ours) {
        run("remove unpublished rows from", () -> {
            folders().removeUnpublished(ours);
            return folder;
        });
    }

    @Override
    public void finishRemovals() {
        run("remove old rows from", () -> {
            folders().finishRemovals();
            return folder;
        });
    }

    /** Runs of one folder can be removed while another program writes. */
    @Override
    public void removeOfLostLease(String run) {
        remove(run);
    }

    private <T> T run(String attempt, Access<T> access) {
        try {
            return access.call();
        } catch (IOException e) {
            throw StorageErrors.of(attempt, folder, e);
        }
    }

    private interface Access<T> {
        T call() throws IOException;
    }
}
