package io.vitrine.job;

import io.vitrine.catalog.ListingRules;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.Omission;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs on archives of the demo pictures on an S3 store. */
final class ArchiveRuns implements AutoCloseable {
    private static final Path PICTURES = Path.of("demo/pictures");

    private final Path folder;
    private final String bucket;
    private final ObjectStore store;
    private final SparkSession spark;
    private final Map<String, byte[]> pictures = read();

    /** @param bucket of this class alone: Hadoop caches the client of a bucket, and each class has its own store */
    ArchiveRuns(Path folder, String bucket) {
        this(folder, bucket, ObjectStore.start(folder.resolve("store"), bucket), Map.of());
    }

    /** @param settings of Hadoop, instead of those of {@code store} */
    ArchiveRuns(Path folder, String bucket, ObjectStore store, Map<String, String> settings) {
        this.folder = folder;
        this.bucket = bucket;
        this.store = store;
        Map<String, String> all = new HashMap<>(store.settings());
        all.putAll(settings);
        this.spark = LocalSpark.session(all);
    }

    ObjectStore store() {
        return store;
    }

    SparkSession spark() {
        return spark;
    }

    /** An empty folder of the store. */
    String newFolder() {
        return store.newFolder(bucket);
    }

    /** The pictures by class and name, such as {@code star/01.png}. */
    Map<String, byte[]> pictures() {
        return pictures;
    }

    private static Map<String, byte[]> read() {
        try (Stream<Path> files = Files.walk(PICTURES)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            file -> PICTURES.relativize(file).toString(), Folders::read, (a, b) -> a, TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pictures under other names. */
    Map<String, byte[]> some(String... names) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        Iterator<byte[]> bytes = pictures.values().iterator();
        for (String name : names) {
            members.put(name, bytes.next());
        }
        return members;
    }

    /** The vectors of an output, by the name below the input or in the archive. */
    Map<String, float[]> vectorsByName(String features) {
        return spark.read().parquet(features).collectAsList().stream()
                .collect(Collectors.toMap(row -> name(row.getAs("path")), ArchiveRuns::vector));
    }

    private static String name(String path) {
        return path.replaceFirst("^s3a://[^/]+/[0-9]+/(.*#)?", "");
    }

    private static float[] vector(Row row) {
        List<Float> values = row.getList(row.fieldIndex("pooler_output"));
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }

    RunRecord run(String input, String output) {
        return run(input, output, ListingRules.EVERYTHING);
    }

    RunRecord run(String input, String output, ListingRules rules) {
        return run(input, output, rules, RerunPolicy.DEFAULT);
    }

    RunRecord run(String input, String output, ListingRules rules, RerunPolicy rerun) {
        return Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(new InputRequest.Folders(List.of(input), rules))
                        .columns("pooler_output")
                        .output(output)
                        .rerun(rerun)
                        .maxFailures(FailureLimit.parse("100%"))
                        .build());
    }

    /** Status by path below the input. */
    Map<String, String> statuses(String input, String output) {
        return spark.read().parquet(output).collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> row.<String>getAs("path").substring(input.length() + 1),
                        row -> row.<String>getAs("status"),
                        (a, b) -> "two rows",
                        TreeMap::new));
    }

    String error(String output, String path) {
        return spark.read()
                .parquet(output)
                .where("path = '" + path + "'")
                .first()
                .getAs("error");
    }

    /** What a run left out, by reason. */
    static Map<String, Long> omitted(RunRecord record) {
        return record.places().omitted().stream().collect(Collectors.toMap(Omission::reason, Omission::count));
    }

    @Override
    public void close() {
        spark.stop();
        store.close();
    }
}
