package io.vitrine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On executors in processes of their own, which have the shipped jar, the vectors are those of local mode. */
@Timeout(200)
final class ClusterTransformIT {
    private static final String PICTURES =
            Path.of("demo/pictures/star").toAbsolutePath().toString();

    @TempDir
    private Path folder;

    @Test
    void executorsGiveTheVectorsOfLocalMode() throws Exception {
        SparkConf local = LocalSpark.conf(Map.of());
        List<Row> expected = rows(local);
        try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("cluster"))) {
            cluster.startWorker(2);
            SparkConf conf = LocalSpark.conf(Map.of())
                    .setMaster(cluster.url())
                    .set("spark.driver.host", "127.0.0.1")
                    .set("spark.executor.memory", "1g")
                    .set("spark.jars", shippedJars());
            assertThat(rows(conf)).isEqualTo(expected);
        }
    }

    /** Vitrine's jar and PyTorch's: this JVM has both, and its engine would not be the executors' without the second. */
    private static String shippedJars() {
        Path jar = SparkLine.ofThisBuild().jar(Path.of("")).toAbsolutePath();
        return jar + "," + jar.resolveSibling("vitrine-pytorch.jar");
    }

    private List<Row> rows(SparkConf conf) throws IOException {
        conf.set("spark.sql.extensions", VitrineExtensions.class.getName())
                .set("spark.vitrine.model", DemoCheckpoint.location())
                .set("spark.vitrine.cache", folder.resolve("cache").toString());
        try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
            spark.read().format("binaryFile").load(PICTURES).createOrReplaceTempView("files");
            Dataset<Row> rows = new VitFeatureExtractor()
                    .setModel(DemoCheckpoint.location())
                    .setCache(folder.resolve("cache").toString())
                    .transform(spark.sql("SELECT *, vit_embed(content) AS sql_features FROM files"
                            + " WHERE vit_embed(content, 'label') IS NOT NULL"));
            List<Row> collected = rows.select("path", "features", "status", "sql_features")
                    .orderBy("path")
                    .collectAsList();
            assertThat(collected).isNotEmpty();
            return collected;
        }
    }
}
