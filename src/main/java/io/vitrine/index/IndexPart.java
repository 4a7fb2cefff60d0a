package io.vitrine.index;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * One shard of a build of an index, so that the tasks of a job can search it.
 *
 * @param location of the index
 * @param manifest of the build, with this shard alone
 * @param vectors in the shard
 */
public record IndexPart(String location, String manifest, long vectors) implements Serializable {
    /** The shards of a build, as {@link SearchIndex#manifest} gives it. */
    public static List<IndexPart> of(String location, IndexManifest manifest) {
        return manifest.shards().stream()
                .map(shard -> new IndexPart(location, manifest.only(shard).json(), shard.vectors()))
                .toList();
    }

    /**
     * Opens the shard as an index of its own.
     *
     * @param cache a folder on this host for a copy, if it is not on a local file system
     */
    public SearchIndex open(Configuration configuration, Path cache) {
        return SearchIndex.openPart(location, IndexManifest.parse(manifest, location), configuration, cache);
    }
}
