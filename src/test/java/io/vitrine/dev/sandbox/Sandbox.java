package io.vitrine.dev.sandbox;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.PixelBatch;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the integration tests share: a store, a session that reaches it, and one image run alone. */
public final class Sandbox {
    public static final Path DEMO = Path.of("demo/checkpoint").toAbsolutePath();
    private static final Path JAR = Path.of("target/s3proxy/s3proxy.jar").toAbsolutePath();

    private Sandbox() {}

    public static S3Store store(Path folder, String... buckets) {
        return S3Store.start(JAR, folder, buckets);
    }

    public static Submission extract(S3Store store) {
        return new Submission(Path.of("jobs/extract").toAbsolutePath(), store).with("--master", "local[2]");
    }

    public static Configuration configuration(S3Store store) {
        Configuration configuration = new Configuration();
        store.settingsWithKeys().forEach(configuration::set);
        return configuration;
    }

    public static void put(FileSystem fs, String path, byte[] bytes) {
        try (OutputStream out = fs.create(new org.apache.hadoop.fs.Path(path), true)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a file or a whole folder. */
    public static void delete(FileSystem fs, String path) {
        try {
            fs.delete(new org.apache.hadoop.fs.Path(path), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A session in this JVM. */
    public static SparkSession session(Map<String, String> hadoop) {
        return SparkSession.builder().config(conf(hadoop)).getOrCreate();
    }

    /** The settings of one. */
    public static SparkConf conf(Map<String, String> hadoop) {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "2");
        hadoop.forEach((key, value) -> conf.set("spark.hadoop." + key, value));
        return conf;
    }

    /** The query of the README: the status of one current row a path, by file name. */
    public static Map<String, String> latest(Dataset<Row> rows) {
        rows.createOrReplaceTempView("features");
        Map<String, String> latest = new HashMap<>();
        rows.sparkSession()
                .sql(
                        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY path ORDER BY run DESC) AS age FROM features)"
                                + " WHERE age = 1 AND status != 'deleted'")
                .collectAsList()
                .forEach(row -> latest.put(row.<String>getAs("path").replaceFirst(".*/", ""), row.getAs("status")));
        return latest;
    }

    /** The features of one image by itself. */
    public static BatchFeatures alone(FeatureModel.Runner runner, ModelPlan plan, byte[] bytes) {
        runner.batch().clear();
        add(runner.batch(), plan, bytes);
        return runner.run();
    }

    /** Puts one image into a batch. */
    public static void add(PixelBatch batch, ModelPlan plan, byte[] bytes) {
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(plan.preprocessing(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            batch.add(preprocessor.preprocess(FileBytes.of(bytes)).pixels());
        } catch (ImageRejectedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
