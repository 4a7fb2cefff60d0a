package io.vitrine.hub;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ForeignWeights;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.WeightFiles;
import io.vitrine.model.ModelFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints on the Hugging Face Hub. Fetches the files that are needed and not yet in the shared cache, safetensors before other
 * weights.
 */
public final class Hub {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    private static final Set<String> TOKENIZER = Set.of("tokenizer.json", "vocab.json", "merges.txt", "spiece.model");

    /** Gemma's, which SigLIP 2 has, takes 34 MB. */
    private static final long MAX_TOKENIZER_BYTES = 128 << 20;

    private final HubSettings settings;
    private final HubClient client;
    private final HubPace pace;

    public Hub(HubSettings settings) {
        this(settings, HubPace.DEFAULT);
    }

    Hub(HubSettings settings, HubPace pace) {
        this.settings = settings;
        this.client = new HubClient(settings, pace);
        this.pace = pace;
    }

    /**
     * A checkpoint in the cache.
     *
     * @param id with a commit as its revision
     */
    public record Snapshot(HubCheckpointId id, Path folder) {}

    /**
     * Brings {@code id} to this host.
     *
     * @throws VitrineException if it does not exist or may not be read, or if the Hub cannot be reached and the cache lacks a file
     */
    public Snapshot fetch(HubCheckpointId id) {
        HubRepositoryCache cache = new HubRepositoryCache(settings.cache(), id.repository());
        cache.requireTrusted();
        Optional<Snapshot> cached = cached(cache, id);
        // Python may have cached other weights. All hosts must use the same ones.
        boolean hasPreferred = cached.isPresent()
                && WeightFiles.find(cached.get().folder()).format() == WeightFiles.Format.SAFETENSORS;
        if (cached.isPresent()
                && (settings.offline()
                        || (id.isCommit() && hasPreferred && cache.knows(id.revision(), PreprocessorFile.PROCESSOR)))) {
            warnIfUnsure(cache, cached.get());
            return cached.get();
        }
        if (settings.offline()) {
            throw new ConfigurationException("HF_HUB_OFFLINE is set, but " + id
                    + " is not completely in the cache " + settings.cache()
                    + ". Fetch it once with the variable unset.");
        }
        try {
            return fetch(cache, id);
        } catch (IOException e) {
            if (cached.isPresent()) {
                LOG.warn(
                        "{} cannot be reached ({}); using the cached {}",
                        settings.endpoint(),
                        e,
                        cached.get().id());
                warnIfUnsure(cache, cached.get());
                return cached.get();
            }
            throw failure(id.toString(), e, ". Check the network and HF_ENDPOINT, or give a local folder.");
        }
    }

    /** Python may have fetched one file of preprocessing without asking for the other, which counts before it. */
    private static void warnIfUnsure(HubRepositoryCache cache, Snapshot snapshot) {
        if (!cache.knows(snapshot.id().revision(), PreprocessorFile.PROCESSOR)) {
            LOG.warn(
                    "The cache does not know whether {} has a {}, which would count before {}; fetch the checkpoint once"
                            + " with the network to be sure how its images are prepared",
                    snapshot.id(),
                    PreprocessorFile.PROCESSOR,
                    PreprocessorFile.PREPROCESSOR);
        }
    }

    /**
     * Brings further files of a commit to this host, those among {@code names} that it has.
     *
     * @return the folder that holds them
     * @throws VitrineException if the Hub cannot be reached and the cache does not know the files
     */
    Path fetchFiles(HubCheckpointId commit, List<String> names) {
        HubRepositoryCache cache = new HubRepositoryCache(settings.cache(), commit.repository());
        if (!settings.offline()) {
            SnapshotFetcher fetcher = new SnapshotFetcher(cache, commit);
            names.forEach(fetcher::fetchIfPresent);
        }
        return cache.snapshot(commit.revision());
    }

    private Snapshot fetch(HubRepositoryCache cache, HubCheckpointId id) throws IOException {
        cache.createFolders();
        HubFileInfo config = client.info(id, Checkpoint.CONFIG)
                .orElseThrow(() -> new ModelException("The Hub's " + id
                        + " has no config.json: it is not a checkpoint of transformers. " + otherFiles(id)));
        HubCheckpointId commit = id.at(config.commit());
        SnapshotFetcher fetcher = new SnapshotFetcher(cache, commit);
        fetcher.fetch(Checkpoint.CONFIG, config);
        Path snapshot = cache.snapshot(commit.revision());
        ModelFiles.requireSupported(snapshot, snapshot.toString());
        boolean hasPreprocessor = false;
        for (String file : PreprocessorFile.NAMES) {
            hasPreprocessor |= fetcher.fetchIfPresent(file);
        }
        if (!hasPreprocessor && !PreprocessorFile.isInConfig(snapshot)) {
            throw new ModelException(
                    "The Hub's " + id + " has no preprocessor_config.json or processor_config.json, so how"
                            + " its images are prepared is not known. Take a checkpoint that has one, or add it to a local copy.");
        }
        ModelFiles.requireSupported(snapshot, snapshot.toString()); // before the weights, which are large
        String weights = WeightFiles.preferred(fetcher::fetchIfPresent)
                .orElseThrow(() -> new ModelException("The Hub's " + id + " has no weights that can be read:"
                        + " neither safetensors nor PyTorch nor Flax. " + otherFiles(commit)));
        if (weights.endsWith(".index.json")) {
            for (String shard : WeightFiles.shardNames(snapshot.resolve(weights))) {
                if (!fetcher.fetchIfPresent(shard)) {
                    throw new ModelException("The Hub's " + id + " has no " + shard + ", which its " + weights
                            + " names. Choose another revision.");
                }
            }
        }
        cache.writeRef(id, commit.revision());
        return new Snapshot(commit, snapshot);
    }

    /** What the repository has instead of a checkpoint, for people. */
    private String otherFiles(HubCheckpointId id) {
        List<String> names = client.fileNames(id);
        return names.isEmpty()
                ? "See " + settings.endpoint() + "/" + id.repository() + "."
                : ForeignWeights.explain(names);
    }

    /** The snapshot in the cache, if it has all files. */
    private static Optional<Snapshot> cached(HubRepositoryCache cache, HubCheckpointId id) {
        Optional<String> commit = cache.commit(id);
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        Path folder = cache.snapshot(commit.get());
        try {
            for (Path file : Checkpoint.requiredFiles(folder)) {
                cache.removeIfDamaged(commit.get(), file.getFileName().toString());
            }
            Checkpoint.requiredFiles(folder);
            return Optional.of(new Snapshot(id.at(commit.get()), folder));
        } catch (VitrineException e) {
            return Optional.empty(); // a file is missing or damaged
        }
    }

    /** The network may recover; a cache that cannot be written needs a person. */
    private StorageException failure(String what, IOException e, String next) {
        if (e instanceof FileSystemException) {
            return new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "Cannot write " + what + " to the Hub's cache " + settings.cache() + " (" + e
                            + "). Free some space, or name a folder you can write to in HF_HOME.",
                    e);
        }
        return new StorageException(
                StorageException.Outlook.TRANSIENT,
                "Cannot fetch " + what + " from " + settings.endpoint() + ": " + e + next,
                e);
    }

    /** Fetches files of one commit. */
    private final class SnapshotFetcher {
        private final HubRepositoryCache cache;
        private final HubCheckpointId id;
        private final BlobDownloader downloader;

        SnapshotFetcher(HubRepositoryCache cache, HubCheckpointId id) {
            this.cache = cache;
            this.id = id;
            this.downloader = new BlobDownloader(client, cache, pace);
        }

        boolean fetchIfPresent(String file) {
            if (cache.knows(id.revision(), file)) {
                return cache.has(id.revision(), file);
            }
            try {
                Optional<HubFileInfo> info = client.info(id, file);
                if (info.isEmpty()) {
                    cache.markMissing(id.revision(), file);
                    return false;
                }
                fetch(file, info.get());
                return true;
            } catch (IOException e) {
                throw failure(file + " of " + id, e, ". Run again; what was fetched is kept.");
            }
        }

        void fetch(String file, HubFileInfo info) throws IOException {
            boolean ofTokenizer = TOKENIZER.contains(file);
            long limit = ofTokenizer ? MAX_TOKENIZER_BYTES : JsonFile.MAX_BYTES;
            if ((ofTokenizer || file.endsWith(".json")) && info.size() > limit) {
                throw new ModelException(file + " of " + id + " has " + info.size() + " bytes, more than the " + limit
                        + " that a configuration can have. Do not use this checkpoint.");
            }
            if (!cache.has(id.revision(), file)) {
                downloader.download(id, file, info);
                cache.link(id.revision(), file, info.etag());
            }
        }
    }
}
