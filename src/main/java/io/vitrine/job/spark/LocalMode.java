package io.vitrine.job.spark;

import io.vitrine.ConfigurationException;
import io.vitrine.PrivateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * Settings of a run on one host: nothing of it is reachable from the network. Spark's own default is to listen on every address,
 * without a password.
 */
final class LocalMode {
    /** What others than this host are told. */
    static final String REFUSAL =
            "This page answers requests from its own host only. Forward a port (ssh -L), or start the"
                    + " run with SPARK_LOCAL_IP set to the address to listen on.";

    private static final String HOST = "spark.driver.host";
    private static final String BIND_ADDRESS = "spark.driver.bindAddress";
    private static final String FILTERS = "spark.ui.filters";
    private static final String LOCAL_IP = "SPARK_LOCAL_IP";
    private static final String LOOPBACK = "127.0.0.1";

    /** Hadoop's default is a fixed name in the temporary folder; S3A buffers its uploads there. */
    private static final String HADOOP_FOLDER = "spark.hadoop.hadoop.tmp.dir";

    /**
     * Spark's default is the application's id, which a local session does not have yet when plugins start. Then Spark warns, and
     * leaves the namespace out.
     */
    private static final String METRICS_NAMESPACE = "spark.metrics.namespace";

    private LocalMode() {}

    /**
     * Whether a request to Spark's page is from this host.
     *
     * @param address an IP address
     */
    static boolean isOwn(String address) throws UnknownHostException {
        return InetAddress.getByName(address).isLoopbackAddress();
    }

    private static String hadoopFolder() {
        try {
            return PrivateFolder.orTemporary("hadoop").toString();
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot write to the temporary folder " + System.getProperty("java.io.tmpdir") + ": " + e
                            + ". Name another with --driver-java-options -Djava.io.tmpdir=FOLDER.",
                    e);
        }
    }

    /** Whether {@code conf} asks for local mode, which is the default too. */
    static boolean is(SparkConf conf) {
        return conf.get("spark.master", "local").startsWith("local");
    }

    /**
     * The settings that keep the driver on the loopback interface, unless the user chose an address, by setting or by variable,
     * and its files from other users. The address of Spark's page is a variable of the process only ({@code SPARK_LOCAL_IP},
     * which {@code jobs/} sets), so here a filter refuses other hosts.
     */
    static Map<String, String> settings(SparkConf conf, Map<String, String> environment) {
        Map<String, String> settings = new TreeMap<>();
        settings.put(HADOOP_FOLDER, hadoopFolder());
        settings.put(METRICS_NAMESPACE, "vitrine");
        boolean chosen = conf.contains(HOST) || conf.contains(BIND_ADDRESS);
        if (chosen) {
            return settings;
        }
        String address = environment.getOrDefault(LOCAL_IP, "");
        if (address.isEmpty() || address.equals(LOOPBACK)) {
            settings.put(HOST, LOOPBACK);
            settings.put(BIND_ADDRESS, LOOPBACK);
        }
        if (address.isEmpty()) {
            settings.put(FILTERS, LoopbackFilter.class.getName());
        }
        return settings;
    }
}
