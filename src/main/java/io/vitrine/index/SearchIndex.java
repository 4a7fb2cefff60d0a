package io.vitrine.index;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.catalog.StorageErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * An index that is open for searches. It stays as it was when it was opened. Safe for use by several threads.
 *
 * <pre>{@code
 * try (SearchIndex index = SearchIndex.open("s3a://bucket/index", configuration, cache)) {
 *     List<Hit> hits = index.search(vector, 12, SearchMode.DEFAULT);
 * }
 * }</pre>
 */
public final class SearchIndex implements AutoCloseable {
    private static final int BLOCK = 1 << 14; // vectors that a thread compares at a time

    private final String location;
    private final IndexManifest manifest;
    private final List<OpenShard> shards;

    private SearchIndex(String location, IndexManifest manifest, List<OpenShard> shards) {
        this.location = location;
        this.manifest = manifest;
        this.shards = shards;
    }

    /**
     * Opens the newest build of an index.
     *
     * @param cache a folder on this host, in whose part that others can't write to ({@code indexes}) there are copies of shards that
     *     are not on a local file system
     * @throws ConfigurationException if there is no index
     * @throws StorageException if a file is damaged or can't be read
     */
    public static SearchIndex open(String location, Configuration configuration, Path cache) {
        IndexManifest manifest = manifest(location, configuration);
        ShardFiles files = files(location, configuration, cache);
        SearchIndex index = open(location, manifest, files);
        files.removeOld(manifest);
        return index;
    }

    /** Opens some shards of a build. Copies of the others stay. */
    static SearchIndex openPart(String location, IndexManifest part, Configuration configuration, Path cache) {
        return open(location, part, files(location, configuration, cache));
    }

    private static ShardFiles files(String location, Configuration configuration, Path cache) {
        try {
            return new ShardFiles(new IndexFolder(location, configuration).shards(), cache);
        } catch (IOException e) {
            throw StorageErrors.of("keep copies on this host of the index", location, e);
        }
    }

    /**
     * What the newest build of an index holds.
     *
     * @throws ConfigurationException if there is no index
     */
    public static IndexManifest manifest(String location, Configuration configuration) {
        return new IndexFolder(location, configuration).require();
    }

    private static SearchIndex open(String location, IndexManifest manifest, ShardFiles files) {
        List<OpenShard> shards = new ArrayList<>();
        try {
            for (IndexManifest.Shard shard : manifest.shards()) {
                shards.add(files.open(shard, manifest));
            }
        } catch (IOException e) {
            throw StorageErrors.of("open the index", location, e);
        }
        return new SearchIndex(location, manifest, List.copyOf(shards));
    }

    /** What the index holds, and how its vectors were made. */
    public IndexManifest manifest() {
        return manifest;
    }

    /**
     * The nearest images, in {@link Hit#ORDER}.
     *
     * @param query of the index's dimension; not changed
     * @param top the most to find
     * @throws ConfigurationException if the query has another dimension, or is not finite
     */
    public List<Hit> search(float[] query, int top, SearchMode mode) {
        float[] prepared = manifest.metric().prepare(require(query).clone());
        if (!manifest.metric().isInRange(prepared)) {
            throw new ConfigurationException("The query has a norm above " + Metric.MOST_NORM
                    + ", so its products and distances are no finite numbers of 32 bits.");
        }
        Stream<Part> parts = mode instanceof SearchMode.Graph && manifest.structure() == IndexManifest.Structure.GRAPH
                ? shards.stream().map(shard -> new Part(shard, 0, shard.size()))
                : shards.stream().flatMap(SearchIndex::blocks);
        return parts.toList().parallelStream() // a flat map of few shards would be divided as these are
                .flatMap(part -> search(part, prepared, top, mode))
                .sorted(Hit.ORDER)
                .limit(top)
                .toList();
    }

    private Stream<Hit> search(Part part, float[] query, int top, SearchMode mode) {
        try {
            return part.search(query, top, mode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException
                | AssertionError e) { // numbers in the files that lead out of them; JVector asserts some
            throw damaged(part.shard(), e);
        }
    }

    private StorageException damaged(OpenShard shard, Throwable e) {
        String name = manifest.shards().get(shards.indexOf(shard)).name();
        return StorageErrors.of("search in the shard " + name + " of", location, ShardFiles.damaged(name, e));
    }

    private float[] require(float[] query) {
        if (query.length != manifest.source().dimension()) {
            throw new ConfigurationException("The query has " + query.length + " dimensions, the index "
                    + manifest.source().dimension() + ". Make it with the same checkpoint and column.");
        }
        for (float value : query) {
            if (!Float.isFinite(value)) {
                throw new ConfigurationException("The query has the element " + value + ", which can't be compared.");
            }
        }
        return query;
    }

    private static Stream<Part> blocks(OpenShard shard) {
        List<Part> blocks = new ArrayList<>();
        for (int from = 0; from < shard.size(); from += BLOCK) {
            blocks.add(new Part(shard, from, Math.min(shard.size(), from + BLOCK)));
        }
        return blocks.stream();
    }

    /** An interval of a shard. */
    private record Part(OpenShard shard, int from, int to) {
        Stream<Hit> search(float[] query, int top, SearchMode mode) throws IOException {
            NearestOrdinals nearest = mode instanceof SearchMode.Graph graph && from == 0 && to == shard.size()
                    ? shard.near(query, top, graph.beam())
                    : shard.exact(query, top, from, to);
            List<Hit> hits = new ArrayList<>();
            for (int i = 0; i < nearest.size(); i++) {
                hits.add(shard.hit(nearest.ordinal(i), nearest.score(i)));
            }
            return hits.stream();
        }
    }

    /** The vector of an image as the index holds it: of norm 1 for {@link Metric#COSINE}. */
    public Optional<float[]> vector(String path) {
        try {
            for (OpenShard shard : shards) {
                Optional<float[]> vector = vector(shard, path);
                if (vector.isPresent()) {
                    return vector;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw StorageErrors.of("read the index", location, e);
        }
    }

    private Optional<float[]> vector(OpenShard shard, String path) throws IOException {
        try {
            return shard.vector(path);
        } catch (RuntimeException | AssertionError e) {
            throw damaged(shard, e);
        }
    }

    @Override
    public void close() {
        for (OpenShard shard : shards) {
            try {
                shard.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
