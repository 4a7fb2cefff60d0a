package io.vitrine.hub;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ForeignWeights;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.WeightFiles;
import io.vitrine.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints on the Hugging Face Hub. Fetches the files that are needed and not yet in the shared cache, safetensors before other
 * weights.
 */
public final class Hub {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

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
        cached.ifPresent(snapshot -> weights(cache, snapshot).requireChosen(snapshot.id()));
        if (cached.isPresent() && (settings.offline() || (id.isCommit() && isSure(cache, cached.get())))) {
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
                return instead(cache, cached.get(), e);
            }
            throw HubFailure.of(
                    settings, id.toString(), e, ". Check the network and HF_ENDPOINT, or give a local folder.");
        } catch (StorageException e) {
            if (cached.isPresent() && e.outlook() == StorageException.Outlook.TRANSIENT) {
                return instead(cache, cached.get(), e);
            }
            throw e;
        }
    }

    /** The cached snapshot, where the Hub failed with {@code fault}. */
    private Snapshot instead(HubRepositoryCache cache, Snapshot cached, Exception fault) {
        LOG.warn("{} cannot be reached ({}); using the cached {}", settings.endpoint(), fault.toString(), cached.id());
        warnIfUnsure(cache, cached);
        return cached;
    }

    private static CachedWeights weights(HubRepositoryCache cache, Snapshot snapshot) {
        return new CachedWeights(cache, snapshot.id().revision());
    }

    /** Whether the cached files are those that every other host gets. */
    private static boolean isSure(HubRepositoryCache cache, Snapshot snapshot) {
        return cache.knows(snapshot.id().revision(), PreprocessorFile.PROCESSOR)
                && weights(cache, snapshot).areSure();
    }

    /** Python may have fetched one file without asking for another, which counts before it. */
    private static void warnIfUnsure(HubRepositoryCache cache, Snapshot snapshot) {
        if (!cache.knows(snapshot.id().revision(), PreprocessorFile.PROCESSOR)) {
            LOG.warn(
                    "The cache does not know whether {} has a {}, which would count before {}; fetch the checkpoint once"
                            + " with the network to be sure how its images are prepared",
                    snapshot.id(),
                    PreprocessorFile.PROCESSOR,
                    PreprocessorFile.PREPROCESSOR);
        }
        CachedWeights weights = weights(cache, snapshot);
        if (!weights.areSure()) {
            LOG.warn(
                    "The cache does not know all weights that {} has: others may count before {}; fetch the checkpoint once"
                            + " with the network to be sure of its weights",
                    snapshot.id(),
                    weights.name());
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
            SnapshotFetcher fetcher = new SnapshotFetcher(settings, client, pace, cache, commit);
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
        SnapshotFetcher fetcher = new SnapshotFetcher(settings, client, pace, cache, commit);
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
        String weights = WeightFiles.preferred(fetcher::fetchIfPresent, fetcher::fileNames)
                .orElseThrow(() -> new ModelException("The Hub's " + id + " has no weights that can be read:"
                        + " neither safetensors nor PyTorch nor Flax. " + otherFiles(commit)));
        fetcher.require(weights, "list of files"); // here already, unless its name is its own
        if (weights.endsWith(".index.json")) {
            for (String shard : WeightFiles.shardNames(snapshot.resolve(weights))) {
                fetcher.require(shard, weights);
            }
        }
        cache.writeRef(id, commit.revision());
        return new Snapshot(commit, snapshot);
    }

    /** What the repository has instead of a checkpoint, for people. */
    private String otherFiles(HubCheckpointId id) {
        String page = "See " + settings.endpoint() + "/" + id.repository() + ".";
        try {
            List<String> names = client.fileNames(id);
            return names.isEmpty() ? page : ForeignWeights.explain(names);
        } catch (IOException | ModelException e) {
            return page;
        }
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
}
