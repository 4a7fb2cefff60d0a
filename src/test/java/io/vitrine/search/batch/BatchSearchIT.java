package io.vitrine.search.batch;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.index.GraphSettings;
import io.vitrine.index.Hit;
import io.vitrine.index.IndexBuild;
import io.vitrine.index.IndexRequest;
import io.vitrine.index.Metric;
import io.vitrine.index.SearchIndex;
import io.vitrine.index.SearchMode;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.SyntheticOutput;
import io.vitrine.testkit.SyntheticOutput.Image;
import io.vitrine.vectors.ResultFolder.Existing;
import io.vitrine.vectors.StorageFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of queries on indexes on S3: the answers are those of single searches. */
final class BatchSearchIT {
    private static final int IMAGES = 400;
    private static final int DIMENSION = 16;
    private static final int TOP = 7;
    private static final String BUCKET = "batch-search";
    private static final SearchMode GRAPH = new SearchMode.Graph(40);

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static final List<Image> IMAGES_OF_INDEX = new ArrayList<>();
    private static String index;

    @BeforeAll
    static void start() {
        store = ObjectStore.start(folder.resolve("store"), BUCKET);
        spark = LocalSpark.session(store);
        Random random = new Random(11);
        for (int i = 0; i < IMAGES; i++) {
            Image image =
                    Image.ok(path(i), i % 40 == 1 ? IMAGES_OF_INDEX.get(i - 1).vector() : vector(random));
            IMAGES_OF_INDEX.add(i % 2 == 0 ? image.labelled("even") : image);
        }
        index = store.newFolder(BUCKET);
        SyntheticOutput features = output("f1", IMAGES_OF_INDEX);
        IndexRequest request = new IndexRequest(
                        features.folder(),
                        SyntheticOutput.COLUMN,
                        Metric.COSINE,
                        index,
                        120,
                        0,
                        new GraphSettings(8, 40))
                .withLabels(SyntheticOutput.LABELS);
        assertThat(new IndexBuild(spark, request).run(line -> {}).built()).isGreaterThan(2);
    }

    private static SyntheticOutput output(String fingerprint, List<Image> images) {
        return new SyntheticOutput(spark, store.newFolder(BUCKET), fingerprint, DIMENSION).run(images);
    }

    private static String path(int i) {
        return String.format("s3a://photos/%04d.jpg", i);
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

    private static BatchSearch.Result run(String queries, SearchMode mode, String output, Existing existing) {
        String cache = folder.resolve("cache").toString();
        return new BatchSearch(spark, new BatchRequest(index, queries, TOP, mode, output, existing, cache))
                .run(line -> {});
    }

    private static boolean exists(String output) {
        return new StorageFolder(output, spark.sessionState().newHadoopConf()).exists();
    }

    private static Map<String, List<Hit>> answers(String output) {
        Map<String, List<Hit>> answers = new TreeMap<>();
        for (Row row : spark.read().parquet(output).orderBy("query", "rank").collectAsList()) {
            List<Hit> hits = answers.computeIfAbsent(row.getString(0), query -> new ArrayList<>());
            hits.add(new Hit(row.getString(2), row.getFloat(3), row.isNullAt(4) ? "" : row.getString(4)));
            assertThat(row.getInt(1)).isEqualTo(hits.size());
        }
        return answers;
    }

    private static Map<String, List<Hit>> single(Map<String, float[]> queries, SearchMode mode) {
        try (SearchIndex opened =
                SearchIndex.open(index, spark.sessionState().newHadoopConf(), folder.resolve("single"))) {
            return queries.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, query -> opened.search(query.getValue(), TOP, mode)));
        }
    }

    @Test
    void anOutputOfOtherImagesIsATableOfQueries() {
        Random random = new Random(12);
        Map<String, float[]> queries = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            queries.put("s3a://others/" + i + ".jpg", vector(random));
        }
        String table = output(
                        "f1",
                        queries.entrySet().stream()
                                .map(query -> Image.ok(query.getKey(), query.getValue()))
                                .toList())
                .folder();
        for (SearchMode mode : List.of(SearchMode.EXACT, GRAPH)) {
            String output = store.newFolder(BUCKET);
            BatchSearch.Result result = run(table, mode, output, Existing.REFUSE);
            assertThat(result.answered()).isEqualTo(50);
            assertThat(answers(output)).isEqualTo(single(queries, mode));
            assertThat(store.names(output)).contains(BatchSearch.MANIFEST);
        }
        SyntheticOutput other = output("f2", IMAGES_OF_INDEX);
        String output = store.newFolder(BUCKET);
        assertThatThrownBy(() -> run(other.folder(), GRAPH, output, Existing.REFUSE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("fingerprint is f2, there f1");
        assertThat(exists(output)).isFalse();
    }

    @Test
    void aTableOfVectorsAndOneOfPathsAreAnsweredToo() throws Exception {
        Map<String, float[]> queries = new TreeMap<>();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            queries.put(path(i), IMAGES_OF_INDEX.get(i).vector());
            List<Double> elements = new ArrayList<>();
            for (float element : IMAGES_OF_INDEX.get(i).vector()) {
                elements.add((double) element);
            }
            rows.add(RowFactory.create(path(i), elements));
        }
        StructType schema = new StructType()
                .add("path", DataTypes.StringType)
                .add("vector", DataTypes.createArrayType(DataTypes.DoubleType));
        String table = store.newFolder(BUCKET);
        spark.createDataFrame(rows, schema).write().parquet(table);
        Path vectors = folder.resolve("of-vectors");
        run(table, SearchMode.EXACT, vectors.toString(), Existing.REFUSE);
        assertThat(answers(vectors.toString())).isEqualTo(single(queries, SearchMode.EXACT));
        assertThat(vectors.getParent()).isDirectoryNotContaining("glob:**/.of-vectors*");

        Path list = folder.resolve("paths.csv");
        Files.writeString(
                list, "path\ns3://photos/0000.jpg\n" + path(1) + "\n" + path(1) + "\ns3a://photos/none.jpg\n");
        String output = store.newFolder(BUCKET);
        BatchSearch.Result result = run(list.toString(), SearchMode.EXACT, output, Existing.REFUSE);
        assertThat(result.queries()).isEqualTo(3);
        assertThat(result.missing()).isOne();
        assertThat(result.examples()).containsExactly("s3a://photos/none.jpg");
        queries.keySet().retainAll(List.of(path(0), path(1)));
        assertThat(answers(output)).isEqualTo(single(queries, SearchMode.EXACT));
        Files.writeString(list, "path\ns3a://photos/none.jpg\n");
        assertThatThrownBy(() -> run(list.toString(), GRAPH, output, Existing.OVERWRITE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("names no image of the index; its first path is s3a://photos/none.jpg");
        assertThat(answers(output)).hasSize(2);
    }

    @Test
    void answersAppearWholeOrNotAtAll() {
        StructType schema = new StructType()
                .add("path", DataTypes.StringType)
                .add("vector", DataTypes.createArrayType(DataTypes.FloatType));
        String table = store.newFolder(BUCKET);
        spark.createDataFrame(List.of(RowFactory.create("a", List.of(1f)), RowFactory.create("b", List.of(1f))), schema)
                .write()
                .parquet(table);
        String onStore = store.newFolder(BUCKET);
        Path local = folder.resolve("local");
        for (String output : List.of(onStore, local.toString())) {
            assertThatThrownBy(() -> run(table, GRAPH, output, Existing.REFUSE))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageFindingMatch("The vector of .*[ab]: The query has 1 dimensions, the index 16");
        }
        assertThat(exists(onStore)).isFalse();
        assertThat(folder).isDirectoryNotContaining("glob:**/*local*");
        String good = output("f1", IMAGES_OF_INDEX.subList(0, 2)).folder();
        run(good, GRAPH, local.toString(), Existing.REFUSE);
        assertThatThrownBy(() -> run(good, GRAPH, local.toString(), Existing.REFUSE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("exists. Choose another --output, or replace it with --overwrite");
        run(output("f1", IMAGES_OF_INDEX.subList(0, 3)).folder(), GRAPH, local.toString(), Existing.OVERWRITE);
        assertThat(answers(local.toString())).hasSize(3);
        assertThatThrownBy(() -> run(good, GRAPH, index, Existing.OVERWRITE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("which is no part of answers to a table");
        assertThatThrownBy(() -> run(good, GRAPH, table, Existing.OVERWRITE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("holds no _search.json")
                .hasMessageContaining("Remove it yourself, or choose another --output");
        assertThat(spark.read().parquet(table).count()).isEqualTo(2);
        String twice = store.newFolder(BUCKET);
        spark.read()
                .parquet(table)
                .withColumn("path", col("path").substr(5, 1))
                .write()
                .parquet(twice);
        assertThatThrownBy(() -> run(twice, GRAPH, store.newFolder(BUCKET), Existing.REFUSE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("2 rows of");
    }
}
