package io.vitrine.job.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;

/**
 * Settings of S3A that suit many small reads and bound the time of its retries. Settings of the user, in Spark's configuration or in
 * {@code core-site.xml}, win.
 *
 * <p>Three layers try again: the AWS SDK ({@code fs.s3a.attempts.maximum}), S3A around it ({@code fs.s3a.retry.limit}), and Spark
 * around both ({@code spark.task.maxFailures}, 4). Their numbers multiply. With Hadoop's defaults one request that always fails is
 * sent 21 × 8 times by each of 4 tasks, 672 times, and one that stalls takes 200 s each time.
 *
 * <p>Here a request that always fails is sent 2 × 7 = 14 times. S3A waits 1, 2, 4, 8, 16 and 32 s between its seven, 63 s together,
 * each half as long or up to half again as long by chance: 31 to 95 s. A request that gets no answer ends after 30 s, or 15 s if there
 * is no connection, so 14 of them take 8 minutes at most. Reads of images end earlier, by {@code --object-timeout}, and fail no task.
 * Writes and commits fail their task, so Spark's 4 make 56 requests.
 */
final class S3ASettings {
    private static final Pattern REQUESTER_PAYS =
            Pattern.compile("spark\\.hadoop\\.fs\\.s3a\\.(?:bucket\\.[^=]+\\.)?requester\\.pays\\.enabled");

    private S3ASettings() {}

    /** The settings that let S3A of Hadoop 3.3.4 and earlier know {@code fs.s3a.requester.pays.enabled}, if {@code conf} has it. */
    static Map<String, String> requesterPays(SparkConf conf) {
        boolean isAsked = Stream.of(conf.getAll())
                .anyMatch(setting -> REQUESTER_PAYS.matcher(setting._1()).matches()
                        && setting._2().equals("true"));
        return isAsked && isUnknownToS3a()
                ? Map.of("fs.s3a.s3.client.factory.impl", "io.vitrine.catalog.RequesterPaysClientFactory")
                : Map.of();
    }

    private static boolean isUnknownToS3a() {
        try {
            return Stream.of(Class.forName("org.apache.hadoop.fs.s3a.Constants").getFields())
                    .noneMatch(field -> field.getName().equals("ALLOW_REQUESTER_PAYS"));
        } catch (ClassNotFoundException e) { // no connector, or another one
            return false;
        }
    }

    /** The settings by name, without those of {@code core-site.xml}. Units are those of Hadoop 3.3 and 3.4. */
    static Map<String, String> defaults() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("fs.s3a.connection.maximum", "512"); // each task slot reads several objects at the same time
        settings.put(
                "fs.s3a.socket.send.buffer",
                "65536"); // HTTP uses this size for its own buffer: 8 KiB make many small writes
        settings.put("fs.s3a.attempts.maximum", "1"); // retries by the SDK, at once
        settings.put("fs.s3a.retry.limit", "6");
        settings.put("fs.s3a.retry.interval", "500ms"); // S3A doubles it before its first use
        settings.put("fs.s3a.retry.throttle.limit", "6"); // after 503 Slow Down
        settings.put("fs.s3a.retry.throttle.interval", "500ms");
        settings.put("fs.s3a.connection.establish.timeout", "15000"); // ms; Hadoop 3.4 takes no less
        settings.put("fs.s3a.connection.timeout", "30000"); // ms without a byte
        settings.put(
                "fs.s3a.connection.request.timeout", "600s"); // of one whole request: an upload of 64 MiB at 110 KiB/s
        Configuration site = new Configuration(false);
        site.addResource("core-site.xml");
        settings.keySet().removeIf(name -> site.get(name) != null);
        return settings;
    }
}
