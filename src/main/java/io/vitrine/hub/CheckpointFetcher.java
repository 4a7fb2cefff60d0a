package io.vitrine.hub;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.convert.Conversion;
import io.vitrine.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Brings a checkpoint to this host, with its weights as safetensors. A local folder is used in place, a name on the Hub comes
 * through the Hub's cache, and a folder on shared storage is copied once per host.
 */
public final class CheckpointFetcher {
    private static final String ATTEMPT = "read the checkpoint";

    private CheckpointFetcher() {}

    /**
     * A checkpoint on this host.
     *
     * @param location its source as any process on any host can read it; on the Hub, with the commit
     * @param folder holds its config and its weights as safetensors
     */
    public record Local(String location, Path folder) {}

    /**
     * Brings the checkpoint at {@code location} to this host.
     *
     * @param location a folder, local or on shared storage, or {@code organisation/name[@revision]} on the Hub. A folder wins over a
     *     name on the Hub. A name that begins with {@code hf-hub:} is never a folder
     * @param cache the folder of copies and conversions
     * @throws VitrineException if the checkpoint does not exist or cannot be read, copied or converted
     */
    public static Local fetch(String location, Path cache, Configuration configuration) {
        return fetch(location, cache, configuration, HubToken.NONE);
    }

    /** {@link #fetch(String, Path, Configuration)} with the driver's token, for an executor that has none. */
    public static Local fetch(String location, Path cache, Configuration configuration, HubToken driverToken) {
        Optional<HubCheckpointId> id = HubCheckpointId.parse(location);
        if (HubCheckpointId.hasScheme(location)) {
            return ofHub(
                    id.orElseThrow(() -> new ConfigurationException("The model '" + location
                            + "' is no name on the Hub. Write it as hf-hub:organisation/name or"
                            + " hf-hub:organisation/name@revision.")),
                    cache,
                    driverToken);
        }
        org.apache.hadoop.fs.Path path = StoragePaths.parse(location);
        FileSystem fs = fileSystem(path, location, configuration);
        if (id.isPresent() && !exists(fs, path, location)) {
            return ofHub(id.get(), cache, driverToken);
        }
        Path folder = StoragePaths.isLocal(fs) ? Path.of(path.toUri().getPath()) : copy(fs, path, location, cache);
        return new Local(absolute(fs, path), converted(folder, cache));
    }

    private static Path converted(Path folder, Path cache) {
        if (Files.isDirectory(folder)) { // opening another path says what is wrong
            ModelFiles.requireSupported(folder, folder.toString());
        }
        return Conversion.toSafetensors(folder, cache);
    }

    private static Local ofHub(HubCheckpointId id, Path cache, HubToken driverToken) {
        Hub.Snapshot snapshot = new Hub(HubSettings.of(System.getenv()).orToken(driverToken)).fetch(id);
        return new Local(snapshot.id().toString(), converted(snapshot.folder(), cache));
    }

    private static FileSystem fileSystem(org.apache.hadoop.fs.Path path, String location, Configuration configuration) {
        try {
            return StoragePaths.fileSystem(path, configuration);
        } catch (IOException | IllegalArgumentException e) {
            throw StorageErrors.of(ATTEMPT, location, e);
        }
    }

    private static boolean exists(FileSystem fs, org.apache.hadoop.fs.Path path, String location) {
        try {
            return fs.exists(path);
        } catch (IOException e) {
            throw StorageErrors.of("look for the checkpoint", location, e);
        }
    }

    private static Path copy(FileSystem fs, org.apache.hadoop.fs.Path path, String location, Path cache) {
        try {
            return new CheckpointCopier(fs, cache).copy(path, StoragePaths.canonical(location));
        } catch (IOException e) {
            throw StorageErrors.of(ATTEMPT, location, e);
        }
    }

    /** A relative folder could be taken for a name on the Hub by another process. */
    private static String absolute(FileSystem fs, org.apache.hadoop.fs.Path path) {
        return fs.makeQualified(path).toString().replaceFirst("^file:/+", "/");
    }
}
