package io.vitrine.job.spark;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Hadoop's configuration for commands that need storage and no Spark session. */
public final class HadoopSettings {
    private HadoopSettings() {}

    /** The configuration with each {@code spark.hadoop.*} setting that spark-submit gave to this process. */
    public static Configuration ofSubmission() {
        return SparkHadoopUtil.get().newConfiguration(new SparkConf());
    }
}
