package io.vitrine.fetch;

import io.vitrine.Sha256;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageFault;
import io.vitrine.checkpoint.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;

/**
 * Brings a checkpoint to this host: a local folder is used where it is; one on shared storage is copied once per host,
 * under a key of its files' names, lengths and versions, and used again by every later executor and run. A copy appears
 * whole or not at all, and is checked against the fingerprint taken when it was made each time it is opened.
 */
public final class ModelCache {
    private static final String DONE = ".fingerprint";

    private ModelCache() {}

    /**
     * The local folder of the checkpoint at {@code location}.
     *
     * @param cache where copies are kept
     * @throws VitrineException if it does not exist, cannot be read, or cannot be copied
     */
    public static Path localFolder(String location, Path cache, Configuration configuration) {
        try {
            org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(location);
            FileSystem fs = remote.getFileSystem(configuration);
            if (fs.getScheme().equals("file")) {
                return Path.of(remote.toUri().getPath());
            }
            List<FileStatus> files = files(fs, remote);
            Path target = cache.resolve(key(location, files));
            Files.createDirectories(cache);
            synchronized (ModelCache.class) { // a file lock holds between processes only
                try (FileChannel channel = FileChannel.open(
                                cache.resolve(target.getFileName() + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!isWhole(target)) {
                        copy(fs, files, target);
                    }
                    return target;
                }
            }
        } catch (IOException | RuntimeException e) {
            throw e instanceof VitrineException fault ? fault : StorageFault.of("read the checkpoint", location, e);
        }
    }

    /** The JSON files and weights of a checkpoint folder; whatever else it holds is left where it is. */
    private static List<FileStatus> files(FileSystem fs, org.apache.hadoop.fs.Path folder) throws IOException {
        List<FileStatus> files = new ArrayList<>();
        for (FileStatus file : fs.listStatus(folder)) {
            String name = file.getPath().getName();
            if (file.isFile() && (name.endsWith(".json") || name.endsWith(".safetensors"))) {
                files.add(file);
            }
        }
        if (files.isEmpty()) {
            throw new VitrineException("No checkpoint in " + folder
                    + ": it holds no .json or .safetensors file. Give a folder in the Hugging Face layout.");
        }
        files.sort(Comparator.comparing(file -> file.getPath().getName()));
        return files;
    }

    private static String key(String location, List<FileStatus> files) {
        StringBuilder state = new StringBuilder(location);
        for (FileStatus file : files) {
            String version = file instanceof EtagSource source && source.getEtag() != null
                    ? source.getEtag()
                    : Long.toString(file.getModificationTime());
            state.append('\n')
                    .append(file.getPath().getName())
                    .append(' ')
                    .append(file.getLen())
                    .append(' ');
            state.append(version);
        }
        return Sha256.hex(state.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }

    private static boolean isWhole(Path target) throws IOException {
        Path done = target.resolve(DONE);
        try {
            return Files.exists(done) && Files.readString(done).equals(Fingerprint.of(target));
        } catch (VitrineException e) {
            return false; // something cleaned up in there: copy it again
        }
    }

    private static void copy(FileSystem fs, List<FileStatus> files, Path target) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        FileUtil.fullyDelete(partial.toFile());
        FileUtil.fullyDelete(target.toFile());
        Files.createDirectories(partial);
        for (FileStatus file : files) {
            Path copy = partial.resolve(file.getPath().getName());
            try (InputStream in = fs.open(file.getPath())) {
                Files.copy(in, copy);
            }
            if (Files.size(copy) != file.getLen()) {
                throw new IOException(file.getPath() + " gave " + Files.size(copy) + " bytes of " + file.getLen());
            }
        }
        Files.writeString(partial.resolve(DONE), Fingerprint.of(partial));
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }
}
