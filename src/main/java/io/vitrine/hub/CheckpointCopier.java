package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.Sha256;
import io.vitrine.StorageException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ForeignWeights;
import io.vitrine.checkpoint.LocalFileErrors;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.WeightFiles;
import io.vitrine.model.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * Copies checkpoints from shared storage to this host. A copy's key is made of its files' names, lengths and versions, so every
 * executor and every later run uses the same copy until the checkpoint changes.
 */
final class CheckpointCopier {
    private static final int KEY_LENGTH = 32;

    private final FileSystem fs;
    private final Path cache;

    CheckpointCopier(FileSystem fs, Path cache) {
        this.fs = fs;
        this.cache = cache;
    }

    /**
     * The local copy of {@code folder}.
     *
     * @param location of {@code folder}, for the key
     * @throws IOException if the shared storage fails
     * @throws StorageException if the local disk fails, or a file is cut short
     */
    Path copy(org.apache.hadoop.fs.Path folder, String location) throws IOException {
        List<FileStatus> files = requiredFiles(folder);
        try {
            return ModelFileCache.getOrCreate(cache, key(location, files), target -> copyAll(folder, files, target));
        } catch (IOException e) { // copyAll translates the store's
            throw LocalFileErrors.of("write to the model cache", cache, e);
        }
    }

    /**
     * The local copy of those files of {@code folder} that are named and there.
     *
     * @param location of {@code folder}, for the key
     * @throws IOException if the shared storage fails
     */
    Path copyFiles(org.apache.hadoop.fs.Path folder, String location, List<String> names) throws IOException {
        List<FileStatus> files = new ArrayList<>();
        for (FileStatus file : fs.listStatus(folder)) {
            if (file.isFile() && names.contains(file.getPath().getName())) {
                files.add(file);
            }
        }
        try {
            return ModelFileCache.getOrCreate(
                    cache, key(location, files), target -> files.forEach(file -> copyTo(target, file)));
        } catch (IOException e) { // copyAll translates the store's
            throw LocalFileErrors.of("write to the model cache", cache, e);
        }
    }

    /** The JSON files and the preferred format of the weights. Other files in the folder are not needed. */
    private List<FileStatus> requiredFiles(org.apache.hadoop.fs.Path folder) throws IOException {
        Map<String, FileStatus> present = new TreeMap<>();
        for (FileStatus file : fs.listStatus(folder)) {
            if (file.isFile()) {
                present.put(file.getPath().getName(), file);
            }
        }
        String weights = WeightFiles.preferred(present::containsKey, present::keySet)
                .orElseThrow(() -> new ModelException("No checkpoint in " + folder
                        + ": it holds no weights (model.safetensors, pytorch_model.bin, flax_model.msgpack, an index of"
                        + " shards or a single .pth file). " + ForeignWeights.explain(present.keySet())));
        Set<String> required = new TreeSet<>(PreprocessorFile.NAMES);
        required.addAll(List.of(Checkpoint.CONFIG, weights));
        if (weights.endsWith(".index.json")) {
            required.addAll(shardNames(present.get(weights)));
        }
        return present.entrySet().stream()
                .filter(file -> required.contains(file.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private Set<String> shardNames(FileStatus index) throws IOException {
        Path copy = Files.createTempFile("vitrine", ".index.json");
        try {
            copyFile(index, copy);
            return WeightFiles.shardNames(copy);
        } finally {
            Files.delete(copy);
        }
    }

    private static String key(String location, List<FileStatus> files) {
        StringBuilder state = new StringBuilder(location);
        for (FileStatus file : files) {
            String version = file instanceof EtagSource source && source.getEtag() != null
                    ? source.getEtag()
                    : Long.toString(file.getModificationTime());
            state.append('\n').append(file.getPath().getName());
            state.append(' ').append(file.getLen());
            state.append(' ').append(version);
        }
        return Sha256.hex(state.toString().getBytes(StandardCharsets.UTF_8)).substring(0, KEY_LENGTH);
    }

    /** Copies the JSON files and checks them before it copies the weights. */
    private void copyAll(org.apache.hadoop.fs.Path from, List<FileStatus> files, Path target) {
        Predicate<FileStatus> isJson = file -> file.getPath().getName().endsWith(".json");
        files.stream().filter(isJson).forEach(file -> copyTo(target, file));
        ModelFiles.requireSupported(target, from.toString());
        files.stream().filter(isJson.negate()).forEach(file -> copyTo(target, file));
    }

    private void copyTo(Path target, FileStatus file) {
        copyFile(file, target.resolve(file.getPath().getName()));
    }

    private void copyFile(FileStatus file, Path target) {
        long copied = 0;
        try (InputStream in = fs.open(file.getPath());
                OutputStream out = create(target)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                write(out, buffer, read, target);
                copied += read;
            }
        } catch (IOException e) {
            throw StorageErrors.of("copy the checkpoint's", file.getPath(), e);
        }
        if (copied != file.getLen()) {
            throw new StorageException(
                    StorageException.Outlook.TRANSIENT,
                    "Cannot copy the checkpoint's " + file.getPath() + ": it gave " + copied + " of its "
                            + file.getLen() + " bytes. Run again.");
        }
    }

    private static OutputStream create(Path target) {
        try {
            return Files.newOutputStream(target);
        } catch (IOException e) {
            throw LocalFileErrors.of("write", target, e);
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length, Path target) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw LocalFileErrors.of("write", target, e);
        }
    }
}
