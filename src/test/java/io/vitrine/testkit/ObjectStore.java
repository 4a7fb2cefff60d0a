package io.vitrine.testkit;

import io.vitrine.dev.sandbox.S3Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * An S3 store on this machine and the objects in it, whose paths are {@code s3a://bucket/key}.
 *
 * <p>Hadoop keeps one client per bucket name in a JVM, with the port and keys it was made with. Test classes that use such
 * clients, as Spark sessions do, therefore name their buckets differently.
 */
public final class ObjectStore implements AutoCloseable {
    private static final java.nio.file.Path JAR =
            java.nio.file.Path.of("target/s3proxy/s3proxy.jar").toAbsolutePath();

    private final S3Store server;
    private final Map<String, FileSystem> clients = new ConcurrentHashMap<>();
    private final AtomicInteger folders = new AtomicInteger();

    private ObjectStore(S3Store server) {
        this.server = server;
    }

    /**
     * Starts a store with empty buckets.
     *
     * @param folder where it keeps its data
     */
    public static ObjectStore start(java.nio.file.Path folder, String... buckets) {
        return new ObjectStore(S3Store.start(JAR, folder, buckets));
    }

    /** The process that serves the objects. */
    public S3Store server() {
        return server;
    }

    /** Hadoop settings that lead to this store, with the keys. */
    public Map<String, String> settings() {
        return server.settingsWithKeys();
    }

    /** A Hadoop configuration that leads to this store. */
    public Configuration configuration() {
        Configuration configuration = new Configuration();
        settings().forEach(configuration::set);
        return configuration;
    }

    /** A path in {@code bucket} that no other call returns. */
    public String newFolder(String bucket) {
        return "s3a://" + bucket + "/" + folders.incrementAndGet();
    }

    /** Writes an object. */
    public void put(String path, byte[] bytes) {
        try (OutputStream out = client(path).create(new Path(path), true)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an object of UTF-8 text. */
    public void put(String path, String text) {
        put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the files of a local folder, without its subfolders. */
    public void putFiles(java.nio.file.Path folder, String path) {
        for (java.nio.file.Path file : Folders.files(folder)) {
            put(path + "/" + file.getFileName(), Folders.read(file));
        }
    }

    /** Deletes an object, or everything below a folder. */
    public void delete(String path) {
        try {
            client(path).delete(new Path(path), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of what a folder holds. */
    public List<String> names(String folder) {
        try {
            return Arrays.stream(client(folder).listStatus(new Path(folder)))
                    .map(file -> file.getPath().getName())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the upload of an object in parts, and leaves it. */
    public void startUpload(String path) {
        try {
            S3Sdk.startUpload((S3AFileSystem) client(path), new Path(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The keys of uploads in parts that have not ended. */
    public List<String> pendingUploads(String bucket) {
        try {
            return S3Sdk.pendingUploads((S3AFileSystem) client("s3a://" + bucket + "/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends all uploads in parts. */
    public void abortUploads(String bucket) {
        try {
            ((S3AFileSystem) client("s3a://" + bucket + "/")).abortOutstandingMultipartUploads(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file or folder on this machine that holds an object or a folder. */
    public java.nio.file.Path onDisk(String path) {
        return server.data().resolve(path.replaceFirst("s3a://", ""));
    }

    /** When an object was written. */
    public Instant modified(String path) {
        try {
            return Files.getLastModifiedTime(onDisk(path)).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until an object is older than {@code age}. The store tells times in whole seconds. */
    public void awaitOlderThan(String path, Duration age) {
        Instant end = modified(path).plus(age).plusSeconds(1);
        Await.until(path + " is older than " + age, age.plusSeconds(30), () -> Instant.now()
                .isAfter(end));
    }

    private FileSystem client(String path) {
        return clients.computeIfAbsent(new Path(path).toUri().getAuthority(), this::connect);
    }

    private FileSystem connect(String bucket) {
        try {
            return FileSystem.newInstance(new Path("s3a://" + bucket + "/").toUri(), configuration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (FileSystem client : clients.values()) {
            try {
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        server.close();
    }
}
