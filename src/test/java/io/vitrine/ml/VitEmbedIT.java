package io.vitrine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.DirectInference;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL function, in a session that was started with the extension. */
final class VitEmbedIT {
    private static final int PICTURES = 5;

    @TempDir
    private static Path photos;

    @TempDir
    private static Path cache;

    private static SparkSession spark;
    private static final List<float[]> EXPECTED = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        spark = SparkSession.builder()
                .config(LocalSpark.conf(Map.of())
                        .set("spark.sql.extensions", VitrineExtensions.class.getName())
                        .set("spark.vitrine.cache", cache.toString())
                        .set("spark.vitrine.engine", "onnxruntime")
                        .set("spark.vitrine.batch-size", "3"))
                .getOrCreate();
        for (int i = 0; i < PICTURES; i++) {
            byte[] picture = Pictures.drawn("png", 60 + 7 * i, 90 - 3 * i, i);
            Files.write(photos.resolve(i + ".png"), picture);
            EXPECTED.add(DirectInference.ofDemo(picture, Optional.empty(), "pooler_output"));
        }
        Files.writeString(photos.resolve("9.png"), "no picture");
        spark.read().format("binaryFile").load(photos.toString()).createOrReplaceTempView("files");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Dataset<Row> sql(String text) {
        spark.conf().set("spark.vitrine.model", DemoCheckpoint.location());
        return spark.sql(text);
    }

    private static void assertAreVectors(List<Row> rows, int column) {
        assertThat(rows).hasSize(PICTURES + 1);
        for (int i = 0; i < PICTURES; i++) {
            List<Float> values = rows.get(i).getList(column);
            assertThat(values).hasSize(EXPECTED.get(i).length);
            for (int k = 0; k < values.size(); k++) {
                assertThat(Float.floatToRawIntBits(values.get(k)))
                        .isEqualTo(Float.floatToRawIntBits(EXPECTED.get(i)[k]));
            }
        }
        assertThat(rows.get(PICTURES).isNullAt(column)).isTrue();
    }

    @Test
    void aSelectListIsComputedInBatches() {
        Dataset<Row> rows = sql("SELECT path, vit_embed(content) AS v, vit_embed(content)[0] AS first,"
                + " vit_embed(content, 'label') AS label FROM files ORDER BY path");
        assertAreVectors(rows.collectAsList(), 1);
        rows.collectAsList().subList(0, PICTURES).forEach(row -> {
            assertThat(row.getFloat(2)).isEqualTo(row.<Float>getList(1).get(0));
            assertThat(row.getString(3)).isNotEmpty();
        });
        assertThat(rows.queryExecution().optimizedPlan().toString().split("EmbedImages ", -1))
                .as("one node for the vectors, one for the labels")
                .hasSize(3);
    }

    @Test
    void pathsWorkToo() {
        assertAreVectors(sql("SELECT vit_embed(path) FROM files ORDER BY path").collectAsList(), 0);
    }

    @Test
    void otherPlacesAreComputedImageByImage() {
        Row all = sql("SELECT array_sort(collect_list(struct(path, vit_embed(content) AS v))) FROM files")
                .first();
        List<Row> rows = all.getList(0);
        assertAreVectors(rows, 1);
        assertThat(sql("SELECT path FROM files WHERE vit_embed(content) IS NOT NULL")
                        .count())
                .isEqualTo(PICTURES);
    }

    @Test
    void conditionsDecideForWhichRowsACallIsComputed() {
        Dataset<Row> rows = sql("SELECT path, CASE WHEN length > 20 THEN vit_embed(content) END AS v,"
                + " coalesce(NULL, vit_embed(content)) AS w FROM files ORDER BY path");
        assertAreVectors(rows.collectAsList(), 1);
        assertAreVectors(rows.collectAsList(), 2);
        assertThat(plan(rows)).doesNotContain("EmbedImages");
    }

    @Test
    void whatAConditionAlwaysComputesIsComputedInBatches() {
        Dataset<Row> rows = sql("SELECT path, coalesce(vit_embed(content), NULL) AS v FROM files ORDER BY path");
        assertAreVectors(rows.collectAsList(), 1);
        assertThat(plan(rows)).contains("EmbedImages");
        String one = photos.resolve("0.png").toString();
        assertThat(sql("SELECT coalesce(vit_embed(p), array()) AS v FROM VALUES ('" + one + "') AS t(p)")
                        .first()
                        .getList(0))
                .hasSize(EXPECTED.get(0).length);
    }

    @Test
    void aLambdaComputesEachOfItsImages() {
        Row all = sql("SELECT transform(array_sort(collect_list(struct(path, content))),"
                        + " f -> named_struct('path', f.path, 'v', vit_embed(f.content))) FROM files")
                .first();
        assertAreVectors(all.getList(0), 1);
    }

    @Test
    void rowsWhoseFeaturesNobodyWantsAreNotComputed() {
        Dataset<Row> features = sql("SELECT path, length, vit_embed(content) AS v FROM files");
        assertThat(features.count()).isEqualTo(PICTURES + 1);
        features.createOrReplaceTempView("features");
        Dataset<Row> others = sql("SELECT count(*), sum(length) FROM features");
        assertThat(others.first().getLong(0)).isEqualTo(PICTURES + 1);
        assertThat(plan(others)).doesNotContain("EmbedImages");
        assertThat(plan(sql("SELECT count(v) FROM features"))).contains("EmbedImages");
    }

    @Test
    void rowsThatAConditionDropsAreNotComputed() {
        sql("SELECT path, length, vit_embed(content) AS v, vit_embed(content, 'cls') AS w FROM files")
                .createOrReplaceTempView("features");
        List<Row> all = sql("SELECT path, v FROM features ORDER BY path").collectAsList();
        String second = all.get(1).getString(0);
        Dataset<Row> some =
                sql("SELECT path, v FROM features WHERE path <= '" + second + "' AND w IS NOT NULL ORDER BY path");
        assertThat(some.collectAsList()).isEqualTo(all.subList(0, 2));
        assertThat(plan(some))
                .containsPattern("(?s)Filter isnotnull\\(cls.*EmbedImages.*EmbedImages.*Filter .*path.* <= ");
        assertThat(plan(sql("SELECT v FROM features WHERE path <> 'none' AND rand(1) < 0.5")))
                .containsPattern("(?s)Filter \\(rand.*EmbedImages.*Filter .*path");
    }

    @Test
    void featuresAreNotBroadcastOnAGuessOfTheirSize() {
        sql("SELECT path, vit_embed(content) AS v FROM files").createOrReplaceTempView("features");
        Dataset<Row> pairs = sql("SELECT a.v, b.v FROM features a JOIN features b ON a.path = b.path");
        assertThat(plan(pairs)).contains("SortMergeJoin").doesNotContain("BroadcastHashJoin");
    }

    private static String plan(Dataset<Row> rows) {
        return rows.queryExecution().sparkPlan().toString();
    }

    @Test
    void anotherColumnIsASetting() {
        spark.conf().set("spark.vitrine.column", "label");
        try {
            assertThat(sql("SELECT vit_embed(content) FROM files")
                            .schema()
                            .fields()[0]
                            .dataType()
                            .simpleString())
                    .isEqualTo("string");
        } finally {
            spark.conf().unset("spark.vitrine.column");
        }
    }

    @Test
    void settingsAreChecked() {
        assertRefused(
                "spark.vitrine.precison", "fp32", "There is no setting spark.vitrine.precison. Those of vit_embed are");
        assertRefused("spark.vitrine.precision", "fp64", "spark.vitrine.precision cannot be 'fp64'");
        assertRefused("spark.vitrine.normalize", "yes", "spark.vitrine.normalize cannot be 'yes': it is true or false");
        sql("SELECT 1");
        spark.conf().unset("spark.vitrine.model");
        assertThatThrownBy(() -> spark.sql("SELECT vit_embed(content) FROM files"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Set spark.vitrine.model to a folder or a name on the Hub");
    }

    private static void assertRefused(String key, String value, String message) {
        spark.conf().set(key, value);
        try {
            assertThatThrownBy(() -> sql("SELECT vit_embed(content) FROM files"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(message);
        } finally {
            spark.conf().unset(key);
        }
    }

    @Test
    void wrongArgumentsAreExplained() {
        assertThatThrownBy(() -> sql("SELECT vit_embed() FROM files"))
                .hasMessageContaining("vit_embed takes an image and, if wanted, the name of a column");
        assertThatThrownBy(() -> sql("SELECT vit_embed(content, length) FROM files"))
                .hasMessageContaining("The second argument of vit_embed is the name of a column in quotes");
        assertThatThrownBy(() -> sql("SELECT vit_embed(length) FROM files"))
                .hasMessageContaining("holds bigint. It must hold image files as binary");
        assertThatThrownBy(() -> sql("SELECT x FROM VALUES (unhex('ff')) AS t(x) WHERE vit_embed(x) IS NOT NULL")
                        .collectAsList())
                .hasMessageContaining("call vit_embed in the SELECT list");
    }
}
