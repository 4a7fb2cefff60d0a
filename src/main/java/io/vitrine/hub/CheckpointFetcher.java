package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.Sha256;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.checkpoint.WeightFiles;
import io.vitrine.convert.Conversion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * Brings a checkpoint to this host: a local folder is used where it is; one of the Hub comes through the Hub's cache; one on
 * shared storage is copied once per host, under a key of its files' names, lengths and versions, and used again by every
 * later executor and run.
 */
public final class CheckpointFetcher {
    private CheckpointFetcher() {}

    /**
     * A checkpoint on this host.
     *
     * @param location where it came from; of the Hub's, with the commit
     * @param folder its weights as safetensors
     */
    public record Local(String location, Path folder) {}

    /**
     * Brings the checkpoint at {@code location} here.
     *
     * @param location a folder, local or on shared storage, or {@code organisation/name[@revision]} of the Hub where there is
     *     no such folder
     * @param cache where copies and conversions are kept
     * @throws VitrineException if it does not exist, cannot be read, copied or converted
     */
    public static Local fetch(String location, Path cache, Configuration configuration) {
        Optional<HubCheckpointId> name = HubCheckpointId.parse(location).filter(n -> !isFolder(location, configuration));
        if (name.isPresent()) {
            Hub.Snapshot snapshot = new Hub(HubSettings.of(System.getenv())).fetch(name.get());
            return new Local(snapshot.name().toString(), Conversion.folder(snapshot.folder(), cache));
        }
        return new Local(absolute(location, configuration), folder(location, cache, configuration));
    }

    /** As any process on any host reads it: a name of the Hub looks like a relative folder. */
    private static String absolute(String location, Configuration configuration) {
        try {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
            return path.getFileSystem(configuration)
                    .makeQualified(path)
                    .toString()
                    .replaceFirst("^file:/+", "/");
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of("read the checkpoint", location, e);
        }
    }

    private static boolean isFolder(String location, Configuration configuration) {
        try {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
            return path.getFileSystem(configuration).exists(path);
        } catch (IOException | RuntimeException e) {
            throw StorageErrors.of("look for the checkpoint", location, e);
        }
    }

    private static Path folder(String location, Path cache, Configuration configuration) {
        try {
            org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(location);
            FileSystem fs = remote.getFileSystem(configuration);
            if (fs.getScheme().equals("file")) {
                return Conversion.folder(Path.of(remote.toUri().getPath()), cache);
            }
            List<FileStatus> files = files(fs, remote);
            Path copy = ModelFileCache.folder(cache, key(location, files), folder -> copy(fs, files, folder));
            return Conversion.folder(copy, cache);
        } catch (IOException | RuntimeException e) {
            throw e instanceof VitrineException fault ? fault : StorageErrors.of("read the checkpoint", location, e);
        }
    }

    /** The JSON files and the preferred form of the weights; whatever else the folder holds is left where it is. */
    private static List<FileStatus> files(FileSystem fs, org.apache.hadoop.fs.Path folder) throws IOException {
        Map<String, FileStatus> there = new TreeMap<>();
        for (FileStatus file : fs.listStatus(folder)) {
            if (file.isFile()) {
                there.put(file.getPath().getName(), file);
            }
        }
        String first = WeightFiles.first(there::containsKey)
                .orElseThrow(() -> new ModelException("No checkpoint in " + folder
                        + ": it holds no weights (model.safetensors, pytorch_model.bin, flax_model.msgpack or an index of"
                        + " shards). Give a folder in the Hugging Face layout."));
        Set<String> needed = new TreeSet<>(List.of(Checkpoint.CONFIG, Checkpoint.PREPROCESSOR, first));
        if (first.endsWith(".index.json")) {
            Path index = Files.createTempFile("vitrine", ".index.json");
            try (InputStream in = fs.open(there.get(first).getPath())) {
                Files.copy(in, index, StandardCopyOption.REPLACE_EXISTING);
                needed.addAll(WeightFiles.shardNames(index));
            } finally {
                Files.delete(index);
            }
        }
        return there.entrySet().stream()
                .filter(file -> needed.contains(file.getKey()))
                .map(Map.Entry::getValue)
                .toList();
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

    private static void copy(FileSystem fs, List<FileStatus> files, Path folder) throws IOException {
        for (FileStatus file : files) {
            Path copy = folder.resolve(file.getPath().getName());
            try (InputStream in = fs.open(file.getPath())) {
                Files.copy(in, copy);
            }
            if (Files.size(copy) != file.getLen()) {
                throw new IOException(file.getPath() + " gave " + Files.size(copy) + " bytes of " + file.getLen());
            }
        }
    }
}
