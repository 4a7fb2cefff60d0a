package io.vitrine.vectors;

import io.vitrine.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.Utils;

/** A task's own folder for files on its host, among Spark's local folders (spark.local.dir, or those of YARN and Kubernetes). */
public final class TaskFolder implements Closeable {
    private final Path folder;

    private TaskFolder(Path folder) {
        this.folder = folder;
    }

    /** Makes a folder for the task that calls. */
    public static TaskFolder create() throws IOException {
        Path local = Path.of(Utils.getLocalDir(SparkEnv.get().conf()));
        return new TaskFolder(Files.createTempDirectory(local, "vitrine-"));
    }

    /** The path of a file in it. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** @throws StorageException if the disk has not so many bytes left */
    public void requireFree(long bytes, String purpose) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    String.format(
                            Locale.ROOT,
                            "%s takes %,d MB more in %s on %s, which has %,d MB left. Give Spark a larger disk with"
                                    + " --conf spark.local.dir=FOLDER, or make the parts smaller.",
                            purpose,
                            bytes >> 20,
                            folder.getParent(),
                            InetAddress.getLocalHost().getHostName(),
                            free >> 20));
        }
    }

    /** Removes the folder and its files. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
