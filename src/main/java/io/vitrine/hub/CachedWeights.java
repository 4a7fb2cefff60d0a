package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.ForeignWeights;
import io.vitrine.checkpoint.WeightFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a snapshot in the cache, and whether they are those that the Hub would give. Python may have fetched one file
 * without asking for another, which counts before it.
 */
final class CachedWeights {
    private final HubRepositoryCache cache;
    private final String commit;
    private final WeightFiles.Format format;

    /** The weights, or their index. */
    private final String name;

    CachedWeights(HubRepositoryCache cache, String commit) {
        WeightFiles weights = WeightFiles.find(cache.snapshot(commit));
        Path first = weights.index().orElseGet(() -> weights.files().get(0));
        this.cache = cache;
        this.commit = commit;
        this.format = weights.format();
        this.name = first.getFileName().toString();
    }

    String name() {
        return name;
    }

    /** Whether the cache knows that nothing counts before them or as much as they do. */
    boolean areSure() {
        if (format == WeightFiles.Format.SAFETENSORS) {
            return true;
        }
        for (String known : WeightFiles.knownNames()) {
            if (known.equals(name)) {
                return true;
            }
            if (!cache.knows(commit, known)) {
                return false;
            }
        }
        return cache.fileNames(commit).filter(this::choose).isPresent();
    }

    /**
     * Refuses what the Hub's list of files refuses: a {@code .pth} file that is not the only one.
     *
     * @param id to name in the message
     */
    void requireChosen(HubCheckpointId id) {
        Optional<List<String>> names = cache.fileNames(commit);
        if (!WeightFiles.knownNames().contains(name) && names.isPresent() && !choose(names.get())) {
            throw new ModelException("The Hub's " + id + " has no weights that can be read, although the cache holds "
                    + name + ". " + ForeignWeights.explain(names.get()));
        }
    }

    private boolean choose(List<String> names) {
        return WeightFiles.preferred(names::contains, () -> names).equals(Optional.of(name));
    }
}
