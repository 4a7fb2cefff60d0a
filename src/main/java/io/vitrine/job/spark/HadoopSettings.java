package io.vitrine.job.spark;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** What a submission was given with {@code --conf}, for commands that need storage but no cluster. */
public final class HadoopSettings {
    private HadoopSettings() {}

    /** Hadoop's configuration with every {@code spark.hadoop.*} setting of this process. */
    public static Configuration hadoop() {
        return SparkHadoopUtil.get().newConfiguration(new SparkConf());
    }
}
