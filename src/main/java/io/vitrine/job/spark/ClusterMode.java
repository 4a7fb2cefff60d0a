package io.vitrine.job.spark;

import org.apache.spark.SparkConf;

/** What kind of cluster a session runs on. */
public final class ClusterMode {
    private static final String MASTER = "spark.master";

    private ClusterMode() {}

    /** Whether tasks run in the driver's JVM. {@code local-cluster} starts other JVMs, so it is not local. */
    public static boolean isLocal(String master) {
        return master.startsWith("local") && !master.startsWith("local-cluster");
    }

    /** {@link #isLocal(String)} of the session's master; local where none is set. */
    public static boolean isLocal(SparkConf conf) {
        return isLocal(conf.get(MASTER, "local[*]"));
    }

    /** Whether executors come and go with the work. */
    public static boolean isDynamic(SparkConf conf) {
        return conf.getBoolean("spark.dynamicAllocation.enabled", false);
    }
}
