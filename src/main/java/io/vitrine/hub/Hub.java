package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of the Hugging Face Hub, by name: fetches what is not in the shared cache yet, only the files that are used,
 * safetensors before other weights.
 */
public final class Hub {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final long PAUSE_MILLIS = 500;

    private final HubSettings settings;
    private final HubClient client;
    private final long pauseMillis;

    public Hub(HubSettings settings) {
        this(settings, PAUSE_MILLIS);
    }

    Hub(HubSettings settings, long pauseMillis) {
        this.settings = settings;
        this.client = new HubClient(settings, pauseMillis);
        this.pauseMillis = pauseMillis;
    }

    /**
     * A checkpoint on this host.
     *
     * @param name with the commit that the revision stands for
     */
    public record Snapshot(HubCheckpointId name, Path folder) {}

    /**
     * Brings {@code name} to this host.
     *
     * @throws VitrineException if it does not exist, may not be read, or the Hub cannot be reached and the cache has not all
     *     of it
     */
    public Snapshot fetch(HubCheckpointId name) {
        HubRepositoryCache cache = new HubRepositoryCache(settings.cache(), name.repository());
        Optional<Snapshot> kept = kept(cache, name);
        // Other weights may be there because Python wanted them; every host must take the same ones.
        boolean best = kept.isPresent() && WeightFiles.find(kept.get().folder()).form() == WeightFiles.Form.SAFETENSORS;
        if (kept.isPresent() && (settings.offline() || name.isCommit() && best)) {
            return kept.get();
        }
        if (settings.offline()) {
            throw new ModelException("HF_HUB_OFFLINE is set, but " + name + " is not, or not wholly, in the cache "
                    + settings.cache() + ". Fetch it once with the variable unset.");
        }
        try {
            return fetch(cache, name);
        } catch (IOException e) {
            if (kept.isPresent()) {
                LOG.warn(
                        "{} cannot be reached ({}); using the cached {}",
                        settings.endpoint(),
                        e,
                        kept.get().name());
                return kept.get();
            }
            throw new StorageException(
                    StorageException.Outlook.TRANSIENT,
                    "Cannot fetch " + name + " from " + settings.endpoint() + ": " + e
                            + ". Check the network and HF_ENDPOINT, or give a local folder.",
                    e);
        }
    }

    private Snapshot fetch(HubRepositoryCache cache, HubCheckpointId name) throws IOException {
        cache.prepare();
        HubFileInfo config = client.head(name, Checkpoint.CONFIG)
                .orElseThrow(() -> new ModelException(
                        "The Hub's " + name + " has no config.json: it is no checkpoint of transformers."));
        HubCheckpointId commit = name.at(config.commit());
        Fetcher fetcher = new Fetcher(cache, commit);
        fetcher.fetch(Checkpoint.CONFIG, config);
        if (!fetcher.fetchIfThere(Checkpoint.PREPROCESSOR)) {
            throw new ModelException("The Hub's " + name + " has no preprocessor_config.json, so how its images are"
                    + " prepared is not known. Take a checkpoint that has one, or add it to a local copy.");
        }
        String first = WeightFiles.first(fetcher::fetchIfThere)
                .orElseThrow(() -> new ModelException("The Hub's " + name + " has no weights that can be read:"
                        + " neither safetensors nor PyTorch nor Flax."));
        Path snapshot = cache.snapshot(commit.revision());
        if (first.endsWith(".index.json")) {
            for (String shard : WeightFiles.shardNames(snapshot.resolve(first))) {
                if (!fetcher.fetchIfThere(shard)) {
                    throw new ModelException("The Hub's " + name + " has no " + shard + ", which its " + first
                            + " names. Choose another revision.");
                }
            }
        }
        cache.remember(name, commit.revision());
        return new Snapshot(commit, snapshot);
    }

    /** What the cache holds, if it holds all that is needed. */
    private static Optional<Snapshot> kept(HubRepositoryCache cache, HubCheckpointId name) {
        Optional<String> commit = cache.commit(name);
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        Path folder = cache.snapshot(commit.get());
        try {
            Checkpoint.files(folder);
            return Optional.of(new Snapshot(name.at(commit.get()), folder));
        } catch (VitrineException e) {
            return Optional.empty(); // something is missing
        }
    }

    /** Fetches files of one commit. */
    private final class Fetcher {
        private final HubRepositoryCache cache;
        private final HubCheckpointId name;
        private final BlobDownloader download;

        Fetcher(HubRepositoryCache cache, HubCheckpointId name) {
            this.cache = cache;
            this.name = name;
            this.download = new BlobDownloader(client, cache, pauseMillis);
        }

        boolean fetchIfThere(String file) {
            if (cache.has(name.revision(), file)) {
                return true;
            }
            try {
                Optional<HubFileInfo> remote = client.head(name, file);
                if (remote.isEmpty()) {
                    cache.rememberMissing(name.revision(), file);
                    return false;
                }
                fetch(file, remote.get());
                return true;
            } catch (IOException e) {
                throw new StorageException(
                        StorageException.Outlook.TRANSIENT,
                        "Cannot fetch " + file + " of " + name + " from " + settings.endpoint() + ": " + e
                                + ". Run again; what was fetched is kept.",
                        e);
            }
        }

        void fetch(String file, HubFileInfo remote) throws IOException {
            if (file.endsWith(".json") && remote.size() > JsonFile.MAX_BYTES) {
                throw new ModelException(file + " of " + name + " has " + remote.size() + " bytes, more than the "
                        + JsonFile.MAX_BYTES + " that a configuration can have. Do not use this checkpoint.");
            }
            if (!cache.has(name.revision(), file)) {
                download.fetch(name, file, remote);
                cache.link(name.revision(), file, remote.etag());
            }
        }
    }
}
