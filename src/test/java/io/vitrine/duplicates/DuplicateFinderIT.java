package io.vitrine.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.duplicates.VectorBlock.Entry;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.SyntheticOutput;
import io.vitrine.testkit.SyntheticOutput.Image;
import io.vitrine.vectors.ResultFolder.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 20,000 random vectors with 100 near-duplicates and three of zeros, and 2,000 along curves, without clusters. */
final class DuplicateFinderIT {
    private static final int IMAGES = 20_000;
    private static final int PLANTED = 100;
    private static final int DIMENSION = 64;
    private static final double THRESHOLD = 0.95;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static List<Entry> random;
    private static List<Entry> curves;
    private static String randomFeatures;
    private static String curveFeatures;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
        Random seeded = new Random(9);
        random = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            // the least path is a group's representative where all else is equal
            random.add(new Entry(
                    Planted.path(i),
                    i >= IMAGES - PLANTED
                            ? Planted.near(random.get(i - IMAGES + PLANTED).unit(), 0.951 + i % 48 / 1000.0, seeded)
                            : Planted.random(seeded, DIMENSION)));
        }
        randomFeatures = features("random", random, 3);
        curves = Planted.curves(2_000, 24, 0.5);
        curveFeatures = features("curves", curves, 0);
    }

    private static String features(String name, List<Entry> entries, int zeros) {
        int dimension = entries.get(0).unit().length;
        List<Image> images = new ArrayList<>();
        entries.forEach(entry -> images.add(Image.ok(entry.path(), entry.unit())));
        for (int i = 0; i < zeros; i++) {
            images.add(Image.ok("file:/zeros/" + i + ".png", new float[dimension]));
        }
        return new SyntheticOutput(spark, folder.resolve(name).toString(), "f1", dimension)
                .run(images)
                .folder();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static DuplicatesRequest request(
            String features, double threshold, Path output, long exactBelow, int block, int visits) {
        return new DuplicatesRequest(
                features,
                SyntheticOutput.COLUMN,
                threshold,
                output.toString(),
                Existing.REFUSE,
                exactBelow,
                block,
                visits);
    }

    private static DuplicatesRecord find(DuplicatesRequest request) {
        return new DuplicateFinder(spark, request).run(line -> {});
    }

    private static List<Row> rows(Path output) {
        return spark.read()
                .parquet(output.resolve(DuplicateFinder.GROUPS).toString())
                .orderBy("path")
                .collectAsList();
    }

    private static Map<String, String> groups(List<Row> rows) {
        Map<String, String> groups = new TreeMap<>();
        rows.forEach(row ->
                assertThat(groups.put(row.getString(0), row.getString(1))).isNull());
        return groups;
    }

    @Test
    void plantedPairsAreFoundAmongTwentyThousandRandomVectors() throws IOException {
        Path output = folder.resolve("planted");
        DuplicatesRecord record = find(request(randomFeatures, THRESHOLD, output, 1_000_000, 0, 8));
        assertThat(record.comparison())
                .returns(true, DuplicatesRecord.How::exact)
                .returns(1, DuplicatesRecord.How::clusters);
        assertThat(record.vectors()).isEqualTo(IMAGES);
        assertThat(record.undirected()).isEqualTo(3);
        assertThat(record.undirectedPaths())
                .containsExactly("file:/zeros/0.png", "file:/zeros/1.png", "file:/zeros/2.png");
        List<Row> rows = rows(output);
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < PLANTED; i++) {
            expected.put(Planted.path(i), Planted.path(i));
            expected.put(Planted.path(IMAGES - PLANTED + i), Planted.path(i));
        }
        assertThat(groups(rows)).isEqualTo(expected);
        assertThat(record.found())
                .returns((long) PLANTED, DuplicatesRecord.Found::groups)
                .returns(2L * PLANTED, DuplicatesRecord.Found::members)
                .returns((long) PLANTED, DuplicatesRecord.Found::near)
                .returns(0L, DuplicatesRecord.Found::identical)
                .returns(0L, DuplicatesRecord.Found::chained);
        for (int i = 0; i < PLANTED; i++) {
            assertThat(rows.get(i).getBoolean(2)).isTrue();
            assertThat(rows.get(i).getFloat(3)).isEqualTo(1);
            assertThat(rows.get(i).getString(4)).isNull();
            Row near = rows.get(PLANTED + i);
            assertThat(near.getBoolean(2)).isFalse();
            assertThat(near.getFloat(3)).isCloseTo(0.951f + (IMAGES - PLANTED + i) % 48 / 1000f, within(1e-4f));
            assertThat(near.getString(4)).isEqualTo("near");
        }
        assertThat(Files.readString(output.resolve("duplicates.json")))
                .contains("\"fingerprint\" : \"f1\"", "\"threshold\" : 0.95", "\"members\" : 200");
    }

    @Test
    void groupsAreThoseOfEveryPairForEveryDivision() {
        Map<String, String> expected = Planted.groups(curves, THRESHOLD);
        Path whole = folder.resolve("whole");
        DuplicatesRecord record = find(request(curveFeatures, THRESHOLD, whole, 1_000_000, 0, 8));
        List<Row> rows = rows(whole);
        assertThat(groups(rows)).isEqualTo(expected);
        assertThat(record.found().chained()).isPositive(); // curves are chains
        assertThat(record.found().largest().get(0).leastSimilarity()).isLessThan((float) THRESHOLD);
        Path blocks = folder.resolve("blocks");
        find(request(curveFeatures, THRESHOLD, blocks, 1_000_000, 150, 8));
        assertThat(rows(blocks)).isEqualTo(rows);
        Path clusters = folder.resolve("clusters");
        DuplicatesRecord clustered = find(request(curveFeatures, THRESHOLD, clusters, 0, 300, 1_000));
        assertThat(clustered.comparison().clusters()).isGreaterThan(5);
        assertThat(clustered.comparison().exact()).isTrue();
        assertThat(rows(clusters)).isEqualTo(rows);
        String partitions = spark.conf().get("spark.sql.shuffle.partitions");
        spark.conf().set("spark.sql.shuffle.partitions", "7");
        spark.conf().set("spark.sql.files.maxPartitionBytes", "20000");
        try {
            Path other = folder.resolve("other");
            find(request(curveFeatures, THRESHOLD, other, 1_000_000, 150, 8));
            assertThat(rows(other)).isEqualTo(rows);
        } finally {
            spark.conf().set("spark.sql.shuffle.partitions", partitions);
            spark.conf().unset("spark.sql.files.maxPartitionBytes");
        }
    }

    @Test
    void fewVisitsAreNotCalledExactAndTheirRecallIsMeasured() {
        Path output = folder.resolve("few");
        DuplicatesRecord record = find(request(curveFeatures, THRESHOLD, output, 0, 150, 3));
        DuplicatesRecord.How how = record.comparison();
        assertThat(how.exact()).isFalse();
        assertThat(how.incomplete()).isPositive();
        assertThat(how.recall().images()).isBetween(180L, 330L);
        assertThat(how.recall().pairs()).isGreaterThan(100);
        assertThat(how.recall().found() / (double) how.recall().pairs()).isBetween(0.95, 1.0);
        Map<String, String> all = Planted.groups(curves, THRESHOLD);
        Map<String, Integer> sizes = new HashMap<>();
        groups(rows(output)).forEach((path, group) -> {
            assertThat(all).containsKey(path); // nothing is found that is not there
            sizes.merge(group, 1, Integer::sum);
        });
        assertThat(sizes.values()).allMatch(size -> size > 1);
    }

    @Test
    void anExistingFolderIsReplacedOnlyIfItIsASearch() throws IOException {
        Path output = folder.resolve("again");
        DuplicatesRequest request = request(curveFeatures, 0.99, output, 1_000_000, 0, 8);
        find(request);
        assertThatThrownBy(() -> find(request))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("exists. Choose another --output, or replace it with --overwrite.");
        DuplicatesRequest overwriting = new DuplicatesRequest(
                curveFeatures, SyntheticOutput.COLUMN, 0.999, output.toString(), Existing.OVERWRITE, 100_000, 0, 8);
        assertThat(find(overwriting).found().groups()).isZero();
        assertThat(rows(output)).isEmpty();
        Files.writeString(output.resolve("mine.txt"), "x");
        assertThatThrownBy(() -> find(overwriting))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("holds mine.txt, which is no part of a search for duplicates");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).noneMatch(file -> file.toString().contains("unfinished"));
        }
    }

    @Test
    void requestsAreChecked() {
        assertThatThrownBy(() -> request(curveFeatures, 1, folder, 1, 0, 8))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--threshold is 1.0, but it is a cosine from 0.5 to 0.9999");
        assertThatThrownBy(() -> request(curveFeatures, 0.9, folder, -1, 0, 8))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--exact-below is -1");
        assertThatThrownBy(() -> request(curveFeatures, 0.9, folder, 1, 3, 8))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--block-vectors is 3");
        assertThatThrownBy(() -> request(curveFeatures, 0.9, folder, 1, 0, -2))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--visits is -2");
    }
}
