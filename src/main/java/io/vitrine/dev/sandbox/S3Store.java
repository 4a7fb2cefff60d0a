package io.vitrine.dev.sandbox;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An S3-compatible store on this machine: S3Proxy in its own process, on a free loopback port, with generated keys and
 * authentication. It ends with {@link #close}, or with this JVM.
 */
public final class S3Store implements AutoCloseable {
    private static final long START_SECONDS = 60;

    private final Process process;
    private final Path folder;
    private final int port;
    private final String accessKey;
    private final String secretKey;
    private final Thread hook;

    private S3Store(Process process, Path folder, int port, String accessKey, String secretKey) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.hook = new Thread(process::destroyForcibly, "vitrine-stop-s3");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts the store.
     *
     * @param jar S3Proxy with its dependencies
     * @param folder for its data, settings and log; used by this store alone
     * @param buckets buckets to make
     * @throws VitrineException if it does not answer within a minute
     */
    public static S3Store start(Path jar, Path folder, String... buckets) {
        return start(jar, folder, 0, buckets);
    }

    /**
     * Starts a store that is slow to answer.
     *
     * @param latencyMillis the time that each request waits for its answer
     */
    public static S3Store start(Path jar, Path folder, int latencyMillis, String... buckets) {
        if (!Files.isRegularFile(jar)) {
            throw new ConfigurationException("No S3Proxy at " + jar + ". Build first: mvn -B -DskipTests package");
        }
        try {
            Path data = Files.createDirectories(folder.resolve("data"));
            for (String bucket : buckets) {
                Files.createDirectories(data.resolve(bucket));
            }
            String accessKey = random(10);
            String secretKey = random(20);
            for (int attempt = 1; ; attempt++) {
                int port = freePort();
                Path settings = folder.resolve("s3proxy.properties");
                List<String> lines = new ArrayList<>(settings(port, accessKey, secretKey, data));
                if (latencyMillis > 0) {
                    lines.add("s3proxy.latency-blobstore.*.latency=" + latencyMillis);
                }
                Files.write(settings, lines);
                Process process = launch(jar, settings, folder.resolve("s3proxy.log"));
                S3Store store = new S3Store(process, folder, port, accessKey, secretKey);
                if (store.answers()) {
                    return store;
                }
                store.close();
                if (attempt == 3) { // another process can take the port in the meantime
                    throw new ConfigurationException(
                            "S3Proxy did not start. See its log: " + folder.resolve("s3proxy.log"));
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException("Cannot start S3Proxy in " + folder + ": " + e, e);
        }
    }

    private static List<String> settings(int port, String accessKey, String secretKey, Path data) {
        return List.of(
                "s3proxy.endpoint=http://127.0.0.1:" + port,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + accessKey,
                "s3proxy.credential=" + secretKey,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + data);
    }

    private static Process launch(Path jar, Path settings, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                jar.toString(),
                "--properties",
                settings.toString());
        builder.environment().put("LC_ALL", "C.UTF-8"); // object keys become file names
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private boolean answers() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) URI.create(endpoint()).toURL().openConnection();
                connection.getResponseCode(); // 403 is an answer too
                return true;
            } catch (IOException e) {
                pause();
            }
        }
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while S3Proxy was starting", e);
        }
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** The CPU seconds that its process has used. */
    public double cpuSeconds() {
        return process.info()
                .totalCpuDuration()
                .map(time -> time.toNanos() / 1e9)
                .orElse(0.0);
    }

    /** The folder of its data, with a folder per bucket. */
    public Path data() {
        return folder.resolve("data");
    }

    /** Hadoop's settings for it, without the keys. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("fs.s3a.endpoint", endpoint());
        settings.put("fs.s3a.endpoint.region", "us-east-1");
        settings.put("fs.s3a.path.style.access", "true");
        settings.put("fs.s3a.connection.ssl.enabled", "false");
        return settings;
    }

    /** The keys as environment variables, which a list of processes does not show. */
    public Map<String, String> keys() {
        return Map.of("AWS_ACCESS_KEY_ID", accessKey, "AWS_SECRET_ACCESS_KEY", secretKey);
    }

    /** Hadoop's settings for it with the keys, for a session in this JVM. */
    public Map<String, String> settingsWithKeys() {
        Map<String, String> settings = new LinkedHashMap<>(settings());
        settings.put("fs.s3a.access.key", accessKey);
        settings.put("fs.s3a.secret.key", secretKey);
        return settings;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // the JVM is shutting down and runs the hook
        }
    }

    /** Deletes {@code folder} and all below it. */
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
