package io.vitrine.hub;

import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Brings a checkpoint's tokenizer to this host. Only who embeds texts needs it, so {@link CheckpointFetcher} leaves it. */
public final class TokenizerFetcher {
    private static final String ATTEMPT = "read the tokenizer";

    private TokenizerFetcher() {}

    /**
     * The folder on this host with the files among {@code names} that the checkpoint has.
     *
     * @param location as given to {@link CheckpointFetcher#fetch}
     * @param fetched what that gave, so that the tokenizer is of the same commit
     * @param cache the folder of copies
     * @throws VitrineException if a file cannot be read or copied
     */
    public static Path fetch(
            String location,
            CheckpointFetcher.Local fetched,
            List<String> names,
            Path cache,
            Configuration configuration) {
        Optional<HubCheckpointId> commit = HubCheckpointId.parse(fetched.location());
        if (commit.isPresent() && HubCheckpointId.parse(location).isPresent()) {
            return new Hub(HubSettings.of(System.getenv())).fetchFiles(commit.get(), names);
        }
        org.apache.hadoop.fs.Path path = StoragePaths.parse(location);
        try {
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            return StoragePaths.isLocal(fs)
                    ? Path.of(path.toUri().getPath())
                    : new CheckpointCopier(fs, cache).copyFiles(path, StoragePaths.canonical(location), names);
        } catch (IOException | IllegalArgumentException e) {
            throw StorageErrors.of(ATTEMPT, location, e);
        }
    }
}
