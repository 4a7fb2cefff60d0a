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
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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
                .containsExactlyElementsOf(pictures.keySet().stream()
                        .map(picture -> name + "#" + picture)
                        .toList());
        Map<String, float[]> found = vectorsByName(output);
        vectors.forEach(
                (picture, vector) -> assertThat(found.get(picture)).as(picture).isEqualTo(vector));
    }

    private Map<String, byte[]> some(String... names) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        Iterator<byte[]> bytes = pictures.values().iterator();
        for (String name : names) {
            members.put(name, bytes.next());
        }
        return members;
    }

    private static Map<String, Long> omitted(RunRecord record) {
        return record.places().omitted().stream().collect(Collectors.toMap(Omission::reason, Omission::count));
    }

    /** WebDataset's shards hold other files too, and names that mean something to a file system. */
    @Test
    void namesDecideWhichMembersAreImages() {
        Map<String, byte[]> members = some("./a.jpg", "../../up.png", "folder#1/x#y.jpg", "_MG_1.jpg", "no-extension");
        members.put("a.json", "{}".getBytes(StandardCharsets.UTF_8));
        members.put("a.cls", "7".getBytes(StandardCharsets.UTF_8));
        members.put("__MACOSX/._a.jpg", new byte[10]);
        store.put(input + "/photos#1/shard.tar", Archives.tar(members));
        store.put(input + "/plain.png", pictures.values().iterator().next());

        RunRecord record = run();
        assertThat(statuses().keySet())
                .containsExactlyInAnyOrder(
                        "photos#1/shard.tar#a.jpg",
                        "photos#1/shard.tar#../../up.png",
                        "photos#1/shard.tar#folder#1/x#y.jpg",
                        "photos#1/shard.tar#_MG_1.jpg",
                        "photos#1/shard.tar#no-extension",
                        "plain.png");
        assertThat(statuses().values()).containsOnly("ok");
        assertThat(omitted(record)).containsEntry("files next to the images of archives, by their names", 2L);
        assertThat(run().total()).as("the second run").isZero();
    }

    @Test
    void aRunDoesTheMembersOfAChangedArchiveAgain() {
        store.put(input + "/a.tar", Archives.tar(some("1.png", "2.png")));
        store.put(input + "/b.tar", Archives.tar(some("1.png", "2.png", "3.png")));
        assertThat(run().ok()).isEqualTo(5);

        store.put(input + "/b.tar", Archives.tar(some("1.png", "2.png", "3.png", "4.png")));
        assertThat(run().ok()).isEqualTo(4);

        store.put(input + "/b.tar", Archives.tar(some("1.png")));
        RerunPolicy marking =
                RerunPolicy.builder().missing(RerunPolicy.Missing.MARK_DELETED).build();
        RunRecord record = run(new InputRequest.Folders(List.of(input), ListingRules.EVERYTHING), marking);
        assertThat(record.images()).containsEntry("ok", 1L).containsEntry("deleted", 3L);
    }

    @Test
    void damageCostsTheMembersThatItReaches() {
        byte[] zip = Archives.zip(some("1.png", "2.png"));
        zip[300] ^= 0x5a;
        store.put(input + "/damaged.zip", zip);
        byte[] tar = Archives.tar(some("1.png", "2.png", "3.png"));
        int second = 512 + (pictures.values().iterator().next().length + 511) / 512 * 512;
        Arrays.fill(tar, second + 100, second + 140, (byte) 1);
        store.put(input + "/damaged.tar", tar);
        store.put(input + "/empty.tar.gz", new byte[0]);

        RunRecord record = run();
        assertThat(statuses())
                .containsEntry("damaged.zip#1.png", "corrupt")
                .containsEntry("damaged.zip#2.png", "ok")
                .containsEntry("damaged.tar#1.png", "ok")
                .containsEntry("damaged.tar", "corrupt")
                .containsKey("empty.tar.gz")
                .hasSize(5);
        assertThat(error("damaged.tar")).contains("members behind it are lost");
        assertThat(omitted(record))
                .containsEntry("archives that are damaged or can't be read, so that members are lost", 2L);
    }

    @Test
    void fieldsOfASampleBecomeColumns() {
        Map<String, byte[]> members = some("0001.png", "0002.v2.png");
        members.put("0001.txt", "a crème brûlée".getBytes(StandardCharsets.UTF_8));
        members.put("0002.cls", "7".getBytes(StandardCharsets.UTF_8));
        store.put(input + "/shard.tar", Archives.tar(members));
        store.put(input + "/plain.png", pictures.values().iterator().next());

        run(new ListingRules("*.png", ListingRules.Archives.READ, List.of("txt", "cls")));
        assertThat(spark.read()
                        .parquet(output)
                        .orderBy("path")
                        .select("txt", "cls")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create(null, null),
                        RowFactory.create("a crème brûlée", null),
                        RowFactory.create(null, "7"));
    }

    @Test
    void archivesCanBeLeftOut() {
        store.put(input + "/shard.tar", Archives.tar(some("1.png")));
        store.put(input + "/plain.png", pictures.values().iterator().next());

        RunRecord record = run(new ListingRules("*", ListingRules.Archives.SKIP, List.of()));
        assertThat(statuses()).containsOnlyKeys("plain.png");
        assertThat(omitted(record)).containsEntry("archives (--archives skip)", 1L);
    }

    @Test
    void thePlanSaysThatArchivesAreRead() {
        store.put(input + "/shard.tar", Archives.tar(some("1.png", "2.png")));
        String plan = Extract.describe(
                spark,
                ExtractRequests.builder(folder).input(input).output(output).build(),
                RunListener.NONE);
        assertThat(plan).contains("images         2").contains("archives       1 archive, whose members are images");
    }
}
