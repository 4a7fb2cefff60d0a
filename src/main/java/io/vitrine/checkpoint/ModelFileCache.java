package io.vitrine.checkpoint;

import io.vitrine.PrivateFolder;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Model files that are made once per host and shared by its processes: checkpoints copied from shared storage, converted weights,
 * TorchScript archives. Each is a folder under its own key. A folder appears whole or not at all. It is compared with the digest
 * taken when it was made, and made again if it differs. Other users cannot write to the cache.
 */
public final class ModelFileCache {
    /** The default of {@code --model-cache}: this user's folder in the temporary folder. */
    public static final Path DEFAULT = PrivateFolder.DEFAULT;

    private static final String DONE = ".fingerprint";

    private ModelFileCache() {}

    /** Fills an empty folder. */
    public interface Builder {
        void build(Path folder) throws IOException;
    }

    /** Identifies the contents of a folder. */
    public interface Digest {
        String of(Path folder) throws IOException;
    }

    /**
     * The checkpoint under {@code key}. Built first if it is missing or damaged.
     *
     * @param key identifies everything the checkpoint is built from, versions included
     */
    public static Path getOrCreate(Path cache, String key, Builder builder) throws IOException {
        return getOrCreate(cache, key, builder, Fingerprint::of);
    }

    /**
     * The folder under {@code key}, of any contents. Built first if it is missing or its digest has changed.
     *
     * @param cache a private folder is used {@linkplain PrivateFolder#in there}
     * @throws IOException if it cannot be written, or another user could have put files into it
     */
    public static Path getOrCreate(Path cache, String key, Builder builder, Digest digest) throws IOException {
        return getOrCreatePrivately(PrivateFolder.in(cache), key, builder, digest);
    }

    @SuppressWarnings("try") // the lock is held, not used
    private static Path getOrCreatePrivately(Path cache, String key, Builder builder, Digest digest)
            throws IOException {
        Path target = cache.resolve(key);
        synchronized (ModelFileCache.class) { // a file lock excludes other processes, not other threads
            try (FileChannel channel = FileChannel.open(
                            cache.resolve(key + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!isWhole(target, digest)) {
                    Path partial = cache.resolve(key + ".partial");
                    delete(partial);
                    delete(target);
                    Files.createDirectories(partial);
                    builder.build(partial);
                    Files.writeString(partial.resolve(DONE), digest.of(partial));
                    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
                }
                return target;
            }
        }
    }

    private static boolean isWhole(Path target, Digest digest) throws IOException {
        Path done = target.resolve(DONE);
        try {
            return Files.exists(done) && Files.readString(done).equals(digest.of(target));
        } catch (VitrineException | NoSuchFileException e) {
            return false; // someone deleted files: build it again
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walked = Files.walk(folder)) {
            paths = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
