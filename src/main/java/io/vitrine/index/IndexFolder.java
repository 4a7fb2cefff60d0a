package io.vitrine.index;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.vectors.StorageFolder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The files of an index: {@code manifest-ID.json}, of which the greatest counts; {@code shards}; and {@code leases}. Files of shards
 * have names that no other build uses, so a build changes nothing until its manifest appears. The manifest before and its shards stay
 * for programs that have opened them.
 */
final class IndexFolder {
    private static final String PREFIX = "manifest-";
    private static final String SUFFIX = ".json";
    private static final String SHARDS = "shards";
    private static final String LEASES = "leases";
    private static final String PATHS = ".paths";
    private static final String LABELS = ".labels";

    private final StorageFolder folder;

    IndexFolder(String location, Configuration configuration) {
        this.folder = new StorageFolder(location, configuration);
    }

    String location() {
        return folder.location();
    }

    String leases() {
        return folder.path(LEASES).toString();
    }

    StorageFolder shards() {
        return folder.folder(SHARDS);
    }

    static String pathsFile(String shard) {
        return shard + PATHS;
    }

    static String labelsFile(String shard) {
        return shard + LABELS;
    }

    static String vectorsFile(String shard, IndexManifest.Structure structure) {
        return shard + "." + structure.suffix();
    }

    /** The ids of builds that have a manifest, oldest first. */
    List<String> builds() {
        return folder.names().stream()
                .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
                .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                .sorted()
                .toList();
    }

    /** The newest manifest; empty if no build has ended. */
    Optional<IndexManifest> newest() {
        List<String> builds = builds();
        return builds.isEmpty() ? Optional.empty() : Optional.of(read(builds.get(builds.size() - 1)));
    }

    private IndexManifest read(String build) {
        String name = PREFIX + build + SUFFIX;
        return IndexManifest.parse(folder.text(name), folder.path(name));
    }

    /** @throws ConfigurationException if there is no index */
    IndexManifest require() {
        return newest().orElseThrow(() -> new ConfigurationException(folder.location() + " is no index: it has no "
                + PREFIX + "*" + SUFFIX + " of a build that ended. Build one with jobs/index."));
    }

    /** @throws OutputConflictException if there are files that no build has written */
    void requireOurs() {
        folder.names().stream()
                .filter(name -> !name.equals(SHARDS) && !name.equals(LEASES))
                .filter(name -> !name.startsWith(PREFIX) && !name.startsWith("." + PREFIX))
                .findFirst()
                .ifPresent(name -> {
                    throw new OutputConflictException("The folder " + folder.location() + " holds " + name
                            + ", which is no part of an index. Choose another --output.");
                });
    }

    /** Makes a build count. */
    void commit(IndexManifest manifest) {
        folder.write(PREFIX + manifest.id() + SUFFIX, manifest.json());
    }

    /** Removes what neither of the two newest manifests names. The caller holds the lease. */
    void removeUnused() {
        List<String> builds = new ArrayList<>(builds());
        Set<String> used = new HashSet<>();
        for (String build : builds.subList(Math.max(0, builds.size() - 2), builds.size())) {
            IndexManifest manifest = read(build);
            for (IndexManifest.Shard shard : manifest.shards()) {
                used.add(vectorsFile(shard.name(), manifest.structure()));
                used.add(pathsFile(shard.name()));
                used.add(labelsFile(shard.name()));
            }
        }
        builds.subList(0, Math.max(0, builds.size() - 2)).forEach(build -> folder.delete(PREFIX + build + SUFFIX));
        StorageFolder shards = shards();
        shards.names().stream().filter(name -> !used.contains(name)).forEach(shards::delete);
    }
}
