package io.vitrine.checkpoint;

import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Folders, of checkpoints mostly, that are made once per host, by whichever process comes first, and used again by every later one. A
 * folder appears whole or not at all, and is checked against the fingerprint taken when it was made each time it is opened.
 */
public final class ModelFileCache {
    /** Where checkpoints are kept unless a run says otherwise: a folder of this user among the temporary ones. */
    public static final Path STANDARD =
            Path.of(System.getProperty("java.io.tmpdir"), "vitrine-models-" + System.getProperty("user.name"));

    private static final String DONE = ".fingerprint";
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    private ModelFileCache() {}

    /**
     * {@code folder}, made for this user alone.
     *
     * @throws IOException if it is there and another user's, who could have put anything into it
     */
    public static Path own(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Files.createDirectories(folder.getParent());
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWN));
            } catch (FileAlreadyExistsException e) {
                // by another process, meanwhile
            }
        }
        Path probe = Files.createTempFile(folder, ".own", "");
        try {
            if (!Files.getOwner(probe).equals(Files.getOwner(folder))) {
                throw new IOException("it belongs to " + Files.getOwner(folder));
            }
        } finally {
            Files.delete(probe);
        }
        return folder;
    }

    /** Fills an empty folder. */
    public interface Maker {
        void make(Path folder) throws IOException;
    }

    /** Tells one content from another. */
    public interface Digest {
        String of(Path folder) throws IOException;
    }

    /**
     * The checkpoint folder under {@code key}, made now if it is not there or no longer whole.
     *
     * @param key of what it is made from, versions included
     */
    public static Path folder(Path cache, String key, Maker maker) throws IOException {
        return folder(cache, key, maker, Fingerprint::of);
    }

    /** A folder of any content, which {@code digest} tells from a damaged one. */
    public static Path folder(Path cache, String key, Maker maker, Digest digest) throws IOException {
        Path target = cache.resolve(key);
        Files.createDirectories(cache);
        synchronized (ModelFileCache.class) { // a file lock holds between processes only
            try (FileChannel channel = FileChannel.open(
                            cache.resolve(key + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!isWhole(target, digest)) {
                    Path partial = cache.resolve(key + ".partial");
                    delete(partial);
                    delete(target);
                    Files.createDirectories(partial);
                    maker.make(partial);
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
            return false; // something cleaned up in there: make it again
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
