package io.vitrine.job.spark;

import io.vitrine.ConfigurationException;
import io.vitrine.hub.HubSettings;
import io.vitrine.job.metrics.MetricsPlugin;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.spark.SparkLine;
import io.vitrine.table.OutputFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/** The settings that a Spark session must start with. The user's own settings win. */
public final class SessionSettings {
    private static final String PROTOCOL = "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol";
    private static final String COMMITTER = "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter";

    private static final String PLUGINS = "spark.plugins";
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");

    private SessionSettings() {}

    /** Adds to {@code conf} the settings that {@code request} needs. */
    public static SparkConf complete(SparkConf conf, ExtractRequest request) {
        complete(conf, request.output(), request.images().limits().maxPixels());
        if (!(request.input() instanceof InputRequest.Folders) && OutputFormat.delta.isAvailable()) {
            OutputFormat.delta.settings(conf).forEach(conf::set); // the list, or the table of images, may be Delta's
        }
        return conf;
    }

    /**
     * Adds to {@code conf} the settings that writing to {@code output} needs: on S3A the magic committer, which publishes files
     * at the commit, without renames; for Delta and Iceberg, their session extensions.
     *
     * @param maxPixels the largest image, in pixels
     * @throws ConfigurationException if the committer or the table format is not on the class path
     */
    public static SparkConf complete(SparkConf conf, Destination output, long maxPixels) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spark.executorEnv.OPT_OUT_TRACKING", "true");
        settings.put("spark.executorEnv.OPENCV_LOG_LEVEL", "SILENT");
        settings.put(
                "spark.executorEnv.OPENCV_IO_MAX_IMAGE_PIXELS", Long.toString(maxPixels)); // images are checked before
        settings.put("spark.executorEnv.LC_ALL", "C.UTF-8"); // or the JVM cannot open files whose names are not ASCII
        HubSettings.forExecutors(System.getenv())
                .forEach((name, value) -> settings.put("spark.executorEnv." + name, value));
        settings.put("spark.executor.heartbeatInterval", "2s"); // progress moves with each
        settings.put("spark.executor.defaultJavaOptions", jvmOptions(conf));
        S3ASettings.defaults().forEach((name, value) -> settings.put("spark.hadoop." + name, value));
        S3ASettings.requesterPays(conf).forEach((name, value) -> settings.put("spark.hadoop." + name, value));
        settings.putAll(committer(conf, output));
        settings.put("spark.ui.killEnabled", "false"); // whoever sees the page could stop the run
        if (LocalMode.is(conf)) {
            settings.putAll(LocalMode.settings(conf, System.getenv()));
        }
        settings.forEach(conf::setIfMissing);
        output.format().settings(conf).forEach(conf::set);
        addPlugin(conf);
        // Kryo cannot read Java's records on JDK 17, and a cluster's defaults may ask for it.
        conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
        return conf;
    }

    /**
     * Adds to {@code conf} the settings of a session that reads outputs of every format on the class path, and runs no model on its
     * executors.
     */
    public static SparkConf completeForReading(SparkConf conf) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spark.executorEnv.LC_ALL", "C.UTF-8");
        settings.put("spark.executor.defaultJavaOptions", jvmOptions(conf));
        S3ASettings.defaults().forEach((name, value) -> settings.put("spark.hadoop." + name, value));
        S3ASettings.requesterPays(conf).forEach((name, value) -> settings.put("spark.hadoop." + name, value));
        settings.put("spark.ui.killEnabled", "false"); // whoever sees the page could stop the run
        if (LocalMode.is(conf)) {
            settings.putAll(LocalMode.settings(conf, System.getenv()));
        }
        settings.forEach(conf::setIfMissing);
        for (OutputFormat format : OutputFormat.values()) {
            if (format.isAvailable()) {
                format.settings(conf).forEach(conf::set);
            }
        }
        conf.setIfMissing("spark.master", "local[*]");
        conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer"); // Kryo cannot read records
        return conf;
    }

    /** {@link #completeForReading} for a session that also rewrites files of {@code output}. */
    public static SparkConf completeForRewriting(SparkConf conf, Destination output) {
        committer(conf, output).forEach(conf::setIfMissing);
        return completeForReading(conf);
    }

    /** On S3A the magic committer, unless the user names one. */
    private static Map<String, String> committer(SparkConf conf, Destination output) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (output.format() == OutputFormat.parquet
                && output.folder().startsWith("s3a:")
                && !conf.contains("spark.sql.sources.commitProtocolClass")) {
            requireCommitter();
            settings.put("spark.hadoop.fs.s3a.committer.name", "magic");
            settings.put("spark.hadoop.fs.s3a.committer.magic.enabled", "true");
            settings.put("spark.sql.sources.commitProtocolClass", PROTOCOL);
            settings.put("spark.sql.parquet.output.committer.class", COMMITTER);
        }
        return settings;
    }

    /** Adds to the user's plugins the one that puts the job's counters into Spark's metrics. */
    private static void addPlugin(SparkConf conf) {
        String plugins = conf.get(PLUGINS, "");
        String ours = MetricsPlugin.class.getName();
        if (!Arrays.asList(plugins.split(",")).contains(ours)) {
            conf.set(PLUGINS, plugins.isBlank() ? ours : plugins + "," + ours);
        }
    }

    /** The options of {@code conf/jvm.options}, which is in the jar. The collector is left out if the user names one. */
    private static String jvmOptions(SparkConf conf) {
        boolean collector = COLLECTOR
                .matcher(conf.get("spark.executor.extraJavaOptions", ""))
                .find();
        try (InputStream file = SessionSettings.class.getResourceAsStream("jvm.options")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .filter(line -> !collector || !COLLECTOR.matcher(line).find())
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireCommitter() {
        try {
            Class.forName(PROTOCOL, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw new ConfigurationException(
                    "Writing to s3a:// needs Spark's cloud committers, which are not on the class path. Add --packages"
                            + " " + SparkLine.cloud()
                            + " to spark-submit, or choose your"
                            + " distribution's committer with --conf spark.sql.sources.commitProtocolClass=...",
                    e);
        }
    }
}
