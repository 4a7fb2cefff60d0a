package io.vitrine.job;

import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.table.OutputFormat;
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
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs on tables whose cells are the demo pictures, on an S3 store or in local folders. */
final class CellTableRuns implements AutoCloseable {
    private static final String PICTURES =
            Path.of("demo/pictures").toAbsolutePath().toString();

    private final Path folder;
    private final Optional<ObjectStore> store;
    private final String place; // below it are the tables
    private final SparkSession spark;
    private int folders;

    private CellTableRuns(Path folder, Optional<ObjectStore> store, String place) {
        this.folder = folder;
        this.store = store;
        this.place = place;
        SparkConf conf = LocalSpark.conf(store.map(ObjectStore::settings).orElse(Map.of()));
        OutputFormat.delta.settings(conf).forEach(conf::set);
        conf.set("spark.sql.catalog.cells", "org.apache.iceberg.spark.SparkCatalog");
        conf.set("spark.sql.catalog.cells.type", "hadoop");
        conf.set("spark.sql.catalog.cells.warehouse", place);
        this.spark = SparkSession.builder().config(conf).getOrCreate();
    }

    /** @param bucket of this class alone: Hadoop caches the client of a bucket, and each class has its own store */
    static CellTableRuns onStore(Path folder, String bucket) {
        return new CellTableRuns(
                folder, Optional.of(ObjectStore.start(folder.resolve("store"), bucket)), "s3a://" + bucket);
    }

    static CellTableRuns local(Path folder) {
        return new CellTableRuns(folder, Optional.empty(), "file:" + folder.toAbsolutePath() + "/tables");
    }

    SparkSession spark() {
        return spark;
    }

    /** A folder that does not exist. */
    String newFolder() {
        return place + "/t" + ++folders;
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
                request(table, output, imageColumn, idColumn)
                        .images(new ImageRequest(DecodeOptions.STANDARD, limits))
                        .build());
    }

    /** Runs, and does {@code change} after the plan is made, before any cell is read for a commit. */
    RunRecord runWhile(Runnable change, String table, String output, String imageColumn, String idColumn) {
        RunListener listener = new RunListener() {
            @Override
            public void planned(String plan, long images) {
                change.run();
            }
        };
        return Extract.run(spark, request(table, output, imageColumn, idColumn).build(), listener);
    }

    ExtractRequest.Builder request(String table, String output, String imageColumn, String idColumn) {
        return ExtractRequests.builder(folder)
                .input(new InputRequest.CellTable(table, imageColumn, Optional.ofNullable(idColumn)))
                .columns("pooler_output")
                .output(output)
                .maxFailures(FailureLimit.parse("100%"));
    }

    /** The names of the files in a folder of the store. */
    List<String> names(String place) {
        return store.orElseThrow().names(place);
    }

    void put(String place, String text) {
        store.orElseThrow().put(place, text);
    }

    void delete(String place) {
        store.orElseThrow().delete(place);
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
        store.ifPresent(ObjectStore::close);
    }
}
