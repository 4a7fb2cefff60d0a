package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.archive.ArchiveFormat;
import io.vitrine.catalog.ListingRules;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.Omission;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.CurrentRows;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of the demo pictures on an S3 store: the features of their members, what is left out, and what damage costs. */
final class ArchivesIT {
    private static final Path PICTURES = Path.of("demo/pictures");

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static Map<String, byte[]> pictures;
    private static Map<String, float[]> vectors; // of the files, by name

    private String input;
    private String output;

    @BeforeAll
    static void start() throws IOException {
        store = ObjectStore.start(folder.resolve("store"), "archives");
        spark = LocalSpark.session(store);
        pictures = pictures();
        String files = store.newFolder("archives");
        pictures.forEach((name, bytes) -> store.put(files + "/" + name, bytes));
        String features = store.newFolder("archives");
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(files)
                        .columns("pooler_output")
                        .output(features)
                        .build());
        vectors = vectorsByName(features);
        assertThat(vectors).hasSameSizeAs(pictures);
    }

    @AfterAll
    static void stop() {
        spark.stop();
        store.close();
    }

    @BeforeEach
    void newFolders() {
        input = store.newFolder("archives");
        output = store.newFolder("archives");
    }

    /** The pictures by class and name, such as {@code star/01.png}. */
    private static Map<String, byte[]> pictures() throws IOException {
        try (Stream<Path> files = Files.walk(PICTURES)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            file -> PICTURES.relativize(file).toString(), Folders::read, (a, b) -> a, TreeMap::new));
        }
    }

    private static Map<String, float[]> vectorsByName(String features) {
        return spark.read().parquet(features).collectAsList().stream()
                .collect(Collectors.toMap(row -> name(row.getAs("path")), ArchivesIT::vector));
    }

    private static String name(String path) {
        return path.replaceFirst("^s3a://archives/[0-9]+/(.*#)?", "");
    }

    private static float[] vector(Row row) {
        List<Float> values = row.getList(row.fieldIndex("pooler_output"));
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }

    private RunRecord run(ListingRules rules) {
        return run(new InputRequest.Folders(List.of(input), rules), RerunPolicy.DEFAULT);
    }

    private RunRecord run() {
        return run(ListingRules.EVERYTHING);
    }

    private RunRecord run(InputRequest request, RerunPolicy rerun) {
        return Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(request)
                        .columns("pooler_output")
                        .output(output)
                        .rerun(rerun)
                        .maxFailures(FailureLimit.parse("100%"))
                        .build());
    }

    /** Status by path below the input. */
    private Map<String, String> statuses() {
        return spark.read().parquet(output).collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> row.<String>getAs("path").substring(input.length() + 1),
                        row -> row.<String>getAs("status"),
                        (a, b) -> "two rows",
                        TreeMap::new));
    }

    private String error(String path) {
        return spark.read()
                .parquet(output)
                .where("path = '" + input + "/" + path + "'")
                .first()
                .getAs("error");
    }

    private static byte[] archive(String name, Map<String, byte[]> members) {
        return switch (ArchiveFormat.of(name).orElseThrow()) {
            case TAR -> Archives.tar(members);
            case TAR_GZIP -> Archives.gzip(Archives.tar(members));
            case ZIP -> name.contains("stored") ? Archives.storedZip(members) : Archives.zip(members);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"shard.tar", "shard.tar.gz", "shard.tgz", "shard.zip", "stored.ZIP"})
    void membersHaveTheVectorsOfTheFiles(String name) {
        store.put(input + "/" + name, archive(name, pictures));

        assertThat(run().ok()).isEqualTo(pictures.size());
        assertThat(statuses().keySet())
                .containsExactlyElementsOf(
                        pictures.keySet().stream().map(picture -> name + "#" + picture).toList());
        Map<String, float[]> found = vectorsByName(output);
        vectors.forEach((picture, vector) -> assertThat(found.get(picture)).as(picture).isEqualTo(vector));
    }
}
