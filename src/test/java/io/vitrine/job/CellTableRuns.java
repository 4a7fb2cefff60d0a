package io.vitrine.job;

import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs on tables on an S3 store whose cells are the demo pictures. */
final class CellTableRuns implements AutoCloseable {
    private static final String PICTURES =
            Path.of("demo/pictures").toAbsolutePath().toString();

    private final Path folder;
    private final String bucket;
    private final ObjectStore store;
    private final SparkSession spark;

    /** @param bucket of this class alone: Hadoop caches the client of a bucket, and each class has its own store */
    CellTableRuns(Path folder, String bucket) {
        this.folder = folder;
        this.bucket = bucket;
        this.store = ObjectStore.start(folder.resolve("store"), bucket);
        this.spark = LocalSpark.session(store);
    }

    SparkSession spark() {
        return spark;
    }

    /** An empty folder of the store. */
    String newFolder() {
        return store.newFolder(bucket);
    }

    /** The pictures: {@code path, modificationTime, length, content, name, kind}. */
    Dataset<Row> files() {
        return spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", true)
                .load(PICTURES)
                .selectExpr(
                        "*",
                        "substring_index(path, '/', -1) AS name",
                        "substring_index(substring_index(path, '/', -2), '/', 1) AS kind");
    }

    /** The vectors of the pictures as files, by name. */
    Map<String, List<Float>> vectorsOfFiles() {
        String features = newFolder();
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(PICTURES)
                        .columns("pooler_output")
                        .output(features)
                        .build());
        return vectors(features, path -> path.replaceFirst(".*/", ""));
    }

    /** The vectors of an output, by what {@code name} makes of the path. */
    Map<String, List<Float>> vectors(String features, Function<String, String> name) {
        return spark.read().parquet(features).where("status = 'ok'").collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> name.apply(row.getAs("path")), row -> row.getList(row.fieldIndex("pooler_output"))));
    }

    RunRecord run(String table, String output, String imageColumn, String idColumn) {
        return run(table, output, imageColumn, idColumn, ImageLimits.DEFAULT);
    }

    RunRecord run(String table, String output, String imageColumn, String idColumn, ImageLimits limits) {
        return Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(new InputRequest.CellTable(table, imageColumn, Optional.ofNullable(idColumn)))
                        .columns("pooler_output")
                        .output(output)
                        .images(new ImageRequest(DecodeOptions.STANDARD, limits))
                        .maxFailures(FailureLimit.parse("100%"))
                        .build());
    }

    /** The newest row of each path. */
    Map<String, Row> rows(String output) {
        return spark.read().parquet(output).collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> row.getAs("path"),
                        row -> row,
                        (a, b) -> b.<String>getAs("run").compareTo(a.getAs("run")) > 0 ? b : a,
                        TreeMap::new));
    }

    @Override
    public void close() {
        spark.stop();
        store.close();
    }
}
