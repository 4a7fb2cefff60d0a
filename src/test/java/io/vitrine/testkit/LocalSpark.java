package io.vitrine.testkit;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark within this JVM: two task threads, no web page. */
public final class LocalSpark {
    private LocalSpark() {}

    /** A session for local files. */
    public static SparkSession session() {
        return session(Map.of());
    }

    /** A session that reads and writes {@code store}. */
    public static SparkSession session(ObjectStore store) {
        return session(store.settings());
    }

    /** A session with settings of Hadoop. */
    public static SparkSession session(Map<String, String> hadoop) {
        return SparkSession.builder().config(conf(hadoop)).getOrCreate();
    }

    /** The settings of {@link #session(Map)}. */
    public static SparkConf conf(Map<String, String> hadoop) {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "2");
        hadoop.forEach((key, value) -> conf.set("spark.hadoop." + key, value));
        return conf;
    }

    /**
     * The settings of a session on a standalone cluster, to which nothing connects.
     *
     * @param settings more settings, names and values in turn
     */
    public static SparkConf standaloneConf(String... settings) {
        SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        return conf;
    }
}
