package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.JsonFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Fetches files of one commit into the cache, each once. */
final class SnapshotFetcher {
    private static final Set<String> TOKENIZER = Set.of("tokenizer.json", "vocab.json", "merges.txt", "spiece.model");

    /** Gemma's, which SigLIP 2 has, takes 34 MB. */
    private static final long MAX_TOKENIZER_BYTES = 128 << 20;

    private final HubSettings settings;
    private final HubClient client;
    private final HubRepositoryCache cache;
    private final HubCheckpointId id;
    private final BlobDownloader downloader;

    /**
     * @param id with a commit as its revision
     */
    SnapshotFetcher(
            HubSettings settings, HubClient client, HubPace pace, HubRepositoryCache cache, HubCheckpointId id) {
        this.settings = settings;
        this.client = client;
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
            throw HubFailure.of(settings, file + " of " + id, e, ". Run again; what was fetched is kept.");
        }
    }

    /**
     * Fetches a file that must be there.
     *
     * @param source names it
     */
    void require(String file, String source) {
        if (!fetchIfPresent(file)) {
            throw new ModelException("The Hub's " + id + " has no " + file + ", which its " + source
                    + " names. Choose another revision.");
        }
    }

    /** The names of the commit's files, from the Hub once; none if it lists no files. */
    List<String> fileNames() {
        Optional<List<String>> known = cache.fileNames(id.revision());
        if (known.isPresent()) {
            return known.get();
        }
        try {
            List<String> names = client.fileNames(id);
            if (!names.isEmpty()) { // a mirror without lists says nothing about the commit
                cache.writeFileNames(id.revision(), names);
            }
            return names;
        } catch (IOException e) {
            throw HubFailure.of(settings, "the list of files of " + id, e, ". Run again; what was fetched is kept.");
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
