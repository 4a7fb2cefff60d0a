package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.search.batch.BatchRequest;
import io.vitrine.search.batch.BatchSearch;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.SyntheticOutput;
import io.vitrine.testkit.SyntheticOutput.Image;
import io.vitrine.vectors.ResultFolder.Existing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Indexes of 600 random vectors on S3, of which some are equal. */
final class SearchIndexIT {
    private static final int IMAGES = 600;
    private static final int DIMENSION = 24;
    private static final String BUCKET = "search-index";

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static List<Image> images;
    private static SyntheticOutput features;

    @BeforeAll
    static void start() {
        store = ObjectStore.start(folder.resolve("store"), BUCKET);
        spark = LocalSpark.session(store);
        images = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < IMAGES; i++) {
            images.add(Image.ok(path(i), i % 50 == 1 ? images.get(i - 1).vector() : vector(random)));
        }
        features = output(images);
    }

    private static SyntheticOutput output(List<Image> images) {
        return new SyntheticOutput(spark, store.newFolder(BUCKET), "f1", DIMENSION).run(images);
    }

    private static String path(int i) {
        return String.format("s3a://photos/%04d-\u00e9.jpg", i);
    }

    private static float[] vector(Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    @AfterAll
    static void stop() {
        spark.stop();
        store.close();
    }

    private static IndexRequest request(SyntheticOutput from, Metric metric, String index, int shard, long exactBelow) {
        return new IndexRequest(
                from.folder(), SyntheticOutput.COLUMN, metric, index, shard, exactBelow, new GraphSettings(8, 40));
    }

    private static IndexBuild.Result build(IndexRequest request) {
        return new IndexBuild(spark, request).run(line -> {});
    }

    private static SearchIndex open(String index) {
        return SearchIndex.open(index, spark.sessionState().newHadoopConf(), folder.resolve("cache"));
    }

    /** The answer by the definition. */
    private static List<Hit> bruteForce(float[] query, int top, Metric metric) {
        float[] prepared = metric.prepare(query.clone());
        return images.stream()
                .map(image -> new Hit(
                        image.path(),
                        metric.score(prepared, metric.prepare(image.vector().clone()))))
                .sorted(Hit.ORDER)
                .limit(top)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void exactAnswersAreThoseOfEveryDivisionIntoShards(Metric metric) {
        Random random = new Random(8);
        String whole = store.newFolder(BUCKET);
        String flat = store.newFolder(BUCKET);
        String graphs = store.newFolder(BUCKET);
        assertThat(build(request(features, metric, whole, 1_000, 1_000)).built())
                .isOne();
        assertThat(build(request(features, metric, flat, 100, 1_000)).built()).isGreaterThan(4);
        assertThat(build(request(features, metric, graphs, 250, 0)).manifest().structure())
                .isEqualTo(IndexManifest.Structure.GRAPH);
        try (SearchIndex one = open(whole);
                SearchIndex many = open(flat);
                SearchIndex graph = open(graphs)) {
            int found = 0;
            for (int i = 0; i < 20; i++) {
                float[] query = i < 10 ? images.get(50 * i).vector() : vector(random);
                List<Hit> expected = bruteForce(query, 10, metric);
                assertThat(one.search(query, 10, SearchMode.EXACT)).isEqualTo(expected);
                assertThat(many.search(query, 10, SearchMode.EXACT)).isEqualTo(expected);
                assertThat(many.search(query, 10, SearchMode.DEFAULT)).isEqualTo(expected);
                assertThat(graph.search(query, 10, SearchMode.EXACT)).isEqualTo(expected);
                Set<Hit> near = new HashSet<>(graph.search(query, 10, new SearchMode.Graph(60)));
                near.retainAll(expected);
                found += near.size();
            }
            assertThat(found).isGreaterThanOrEqualTo(190); // of 200
            assertThat(one.vector(path(7))).hasValueSatisfying(vector -> assertThat(vector)
                    .isEqualTo(metric.prepare(images.get(7).vector().clone())));
            assertThat(one.vector("s3a://photos/none.jpg")).isEmpty();
        }
    }

    @Test
    void aRerunBuildsOnlyTheShardsThatChanged() {
        SyntheticOutput changing = output(images);
        String index = store.newFolder(BUCKET);
        IndexRequest request = request(changing, Metric.COSINE, index, 100, 1_000);
        IndexBuild.Result first = build(request);
        IndexBuild.Result same = build(request);
        assertThat(same.built()).isZero();
        assertThat(same.kept()).isEqualTo(first.built());
        assertThat(store.names(index).stream().filter(name -> name.startsWith("manifest-")))
                .hasSize(1);
        SearchIndex before = open(index);
        Image moved = Image.ok(path(3), images.get(4).vector());
        Image added = Image.ok("s3a://photos/new.jpg", images.get(4).vector());
        changing.run(List.of(moved, added, Image.deleted(path(100))));
        IndexBuild.Result second = build(request);
        assertThat(second.built()).isBetween(1, 3);
        assertThat(second.kept()).isGreaterThan(2);
        assertThat(second.manifest().vectors()).isEqualTo(IMAGES);
        try (SearchIndex after = open(index)) {
            assertThat(after.search(images.get(4).vector(), 3, SearchMode.EXACT))
                    .extracting(Hit::path)
                    .containsExactly(path(3), path(4), "s3a://photos/new.jpg");
            assertThat(after.vector(path(100))).isEmpty();
        }
        assertThat(before.vector(path(100))).isPresent(); // a program that has it open
        before.close();
    }

    @Test
    void otherVectorsAndOtherMetricsAreRefused() {
        String index = store.newFolder(BUCKET);
        build(request(features, Metric.COSINE, index, 1_000, 1_000));
        assertThatThrownBy(() -> build(request(features, Metric.L2, index, 1_000, 1_000)))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("is for --metric cosine, not l2");
        SyntheticOutput other = new SyntheticOutput(spark, store.newFolder(BUCKET), "f2", DIMENSION).run(images);
        assertThatThrownBy(() -> build(request(other, Metric.COSINE, index, 1_000, 1_000)))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("fingerprint is f2, there f1");
        try (SearchIndex opened = open(index)) {
            assertThatThrownBy(() -> opened.search(new float[3], 1, SearchMode.EXACT))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("The query has 3 dimensions, the index 24");
        }
        assertThatThrownBy(() -> open(store.newFolder(BUCKET)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is no index: it has no manifest-*.json of a build that ended");
        assertThatThrownBy(() -> build(request(features, Metric.COSINE, features.folder(), 1_000, 1_000)))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("which is no part of an index");
    }

    @Test
    void labelsComeFromACarriedColumn() {
        List<Image> labelled = new ArrayList<>();
        for (Image image : images) {
            int i = labelled.size();
            labelled.add(i % 3 == 2 ? image : image.labelled("class " + i % 3 + " \u00e9"));
        }
        String index = store.newFolder(BUCKET);
        IndexRequest without = request(features, Metric.COSINE, index, 250, 0);
        int shards = build(without).built();
        try (SearchIndex opened = open(index)) {
            assertThat(opened.manifest().hasLabels()).isFalse();
            assertThat(opened.search(images.get(4).vector(), 1, SearchMode.EXACT))
                    .containsExactly(new Hit(
                            path(4),
                            opened.search(images.get(4).vector(), 1, SearchMode.EXACT)
                                    .get(0)
                                    .score()));
        }
        SyntheticOutput withLabels = output(labelled);
        IndexRequest request = request(withLabels, Metric.COSINE, index, 250, 0).withLabels(SyntheticOutput.LABELS);
        assertThat(build(request).built()).isEqualTo(shards); // all of them
        assertThat(build(request).built()).isZero();
        try (SearchIndex opened = open(index)) {
            assertThat(opened.manifest().labelColumn()).isEqualTo(SyntheticOutput.LABELS);
            for (SearchMode mode : List.of(SearchMode.EXACT, SearchMode.DEFAULT)) {
                assertThat(opened.search(images.get(4).vector(), 200, mode)).allSatisfy(hit -> {
                    int i = Integer.parseInt(hit.path().substring(13, 17));
                    assertThat(hit.label()).isEqualTo(i % 3 == 2 ? "" : "class " + i % 3 + " \u00e9");
                });
            }
        }
        assertThatThrownBy(() -> build(without))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("has labels from the column class name. Give --label-column class name");
        assertThatThrownBy(() -> build(without.withLabels("colour")))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("Give --label-column class name");
        String other = store.newFolder(BUCKET);
        assertThatThrownBy(() ->
                        build(request(features, Metric.COSINE, other, 250, 0).withLabels("colour")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no carried column colour. It carries: class name");
    }

    @Test
    void theRemainsOfADeadBuildChangeNothingAndGoAtTheNext() {
        String index = store.newFolder(BUCKET);
        store.put(index + "/shards/20260101T000000Z-dead-0-1.vectors", "half");
        assertThatThrownBy(() -> open(index)).isInstanceOf(ConfigurationException.class);
        build(request(features, Metric.COSINE, index, 1_000, 1_000));
        assertThat(store.names(index + "/shards")).hasSize(2).noneMatch(name -> name.contains("dead"));
        store.put(index + "/shards/20990101T000000Z-dead-0-1.vectors", "half");
        try (SearchIndex opened = open(index)) {
            assertThat(opened.search(images.get(4).vector(), 1, SearchMode.EXACT))
                    .extracting(Hit::path)
                    .containsExactly(path(4));
        }
    }

    /** Another build ends while this one, which has opened the output, waits for the lease. */
    @Test
    void aBuildThatHadToWaitReadsTheOutputAgain() throws Exception {
        Path index = folder.resolve("waited");
        SyntheticOutput local = new SyntheticOutput(
                        spark, folder.resolve("waited-features").toString(), "f1", DIMENSION)
                .run(images)
                .run(List.of(Image.deleted(path(100))));
        IndexManifest newer = build(
                        request(local, Metric.COSINE, folder.resolve("other").toString(), 1_000, 1_000))
                .manifest();
        Path record = Path.of(local.folder(), "_vitrine", newer.newestRun() + ".json");
        Path hidden = Files.move(record, folder.resolve("hidden"));
        Path other = Files.createDirectories(index.resolve("leases")).resolve("99991231T000000Z-0.json");
        Files.writeString(other, "{\"seconds\": 60, \"held\": false}");
        FutureTask<IndexBuild.Result> waiting =
                new FutureTask<>(() -> build(request(local, Metric.COSINE, index.toString(), 1_000, 1_000)));
        new Thread(waiting).start();
        Await.until("the build waits", Duration.ofMinutes(2), () -> Folders.files(index.resolve("leases")).stream()
                .anyMatch(file -> file.getFileName().toString().startsWith("20")));
        Files.move(hidden, record);
        for (String name : List.of("shards", "manifest-" + newer.id() + ".json")) {
            Files.move(folder.resolve("other").resolve(name), index.resolve(name));
        }
        Files.delete(other);
        assertThat(waiting.get().manifest())
                .returns(newer.newestRun(), IndexManifest::newestRun)
                .returns(IMAGES - 1L, IndexManifest::vectors);
        assertThat(waiting.get().built()).isZero();
    }

    private static List<String> newShards(IndexManifest before, IndexManifest after) {
        Set<String> old = new HashSet<>();
        before.shards().forEach(shard -> old.add(shard.name()));
        return after.shards().stream()
                .map(IndexManifest.Shard::name)
                .filter(name -> !old.contains(name))
                .toList();
    }

    @Test
    void anAddedADeletedAndAChangedImageEachCostOneShard() {
        String index = folder.resolve("incremental").toString();
        SyntheticOutput changing = new SyntheticOutput(
                        spark, folder.resolve("incremental-features").toString(), "f1", DIMENSION)
                .run(images);
        IndexRequest request = request(changing, Metric.DOT, index, 100, 1_000);
        IndexManifest manifest = build(request).manifest();
        assertThat(manifest.shards()).hasSizeGreaterThan(4);
        float[] scaled = images.get(3).vector().clone();
        scaled[0] *= 1.001f;
        List<Image> changes = List.of(
                Image.ok("s3a://photos/new.jpg", images.get(4).vector()),
                Image.deleted(path(100)),
                Image.ok(path(3), scaled)); // near enough to stay in its shard
        for (Image change : changes) {
            changing.run(List.of(change));
            IndexBuild.Result result = build(request);
            assertThat(result.built()).isOne();
            assertThat(newShards(manifest, result.manifest())).hasSize(1);
            manifest = result.manifest();
        }
        try (SearchIndex opened = open(index)) {
            assertThat(opened.vector("s3a://photos/new.jpg")).isPresent();
            assertThat(opened.vector(path(100))).isEmpty();
            assertThat(opened.vector(path(3)))
                    .hasValueSatisfying(vector -> assertThat(vector).isEqualTo(scaled));
        }
        changing.run(images.stream().map(image -> Image.deleted(image.path())).toList());
        changing.run(List.of(Image.deleted("s3a://photos/new.jpg")));
        assertThat(build(request).manifest().vectors()).isZero();
        try (SearchIndex opened = open(index)) {
            assertThat(opened.search(scaled, 3, SearchMode.EXACT)).isEmpty();
            assertThat(opened.search(scaled, 3, SearchMode.DEFAULT)).isEmpty();
            assertThat(opened.vector(path(3))).isEmpty();
        }
        String cache = folder.resolve("cache").toString();
        BatchRequest table = new BatchRequest(
                index, changing.folder(), 3, SearchMode.EXACT, store.newFolder(BUCKET), Existing.REFUSE, cache);
        assertThatThrownBy(() -> new BatchSearch(spark, table).run(line -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds no images, so no query has an answer");
        assertThatThrownBy(() -> build(
                        request(changing, Metric.DOT, folder.resolve("none").toString(), 100, 1_000)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no current row with vectors image_embeds");
    }

    @Test
    void equalVectorsAndHugeOnesAreBounded() {
        List<Image> equal = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            equal.add(Image.ok(path(i), images.get(0).vector()));
        }
        SyntheticOutput output =
                new SyntheticOutput(spark, folder.resolve("equal-features").toString(), "f1", DIMENSION).run(equal);
        String index = folder.resolve("equal").toString();
        IndexManifest manifest =
                build(request(output, Metric.COSINE, index, 50, 0)).manifest();
        assertThat(manifest.shards()).hasSize(6).allMatch(shard -> shard.vectors() > 20 && shard.vectors() <= 100);
        try (SearchIndex opened = open(index)) {
            assertThat(opened.search(images.get(0).vector(), 3, SearchMode.EXACT))
                    .extracting(Hit::path)
                    .containsExactly(path(0), path(1), path(2));
        }
        assertThat(build(request(output, Metric.COSINE, index, 50, 0)).built()).isZero();
        float[] huge = new float[DIMENSION];
        huge[1] = 2e18f;
        output.run(List.of(Image.ok(path(7), huge)));
        assertThatThrownBy(() ->
                        build(request(output, Metric.DOT, folder.resolve("huge").toString(), 1_000, 1_000)))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("The vector of " + path(7) + " has a norm above 1.0E18");
        assertThat(build(request(output, Metric.COSINE, index, 50, 0))
                        .manifest()
                        .vectors())
                .isEqualTo(300); // of norm 1 there
    }
}
