package io.vitrine.index;

import io.vitrine.PrivateFolder;
import io.vitrine.StorageException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.index.IndexManifest.Shard;
import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.vectors.StorageFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of shards on this host: those of a local index as they are, those of another copied to a cache. No two builds use a name,
 * so a file in the cache is never out of date.
 */
final class ShardFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ShardFiles.class);
    private static final int NAME_CHARACTERS = 100; // a key of an object store is longer than a name on a disk
    private static final Map<Path, Object> COPYING = new ConcurrentHashMap<>();

    private final StorageFolder shards;
    private final Path local;
    private final boolean isLocal;

    /**
     * Files of shards.
     *
     * @param cache a folder for copies, which are kept where other users cannot write
     * @throws IOException if the cache is not private; the message says why
     */
    ShardFiles(StorageFolder shards, Path cache) throws IOException {
        this.shards = shards;
        String location = shards.location();
        this.isLocal = location.startsWith("file:");
        this.local = isLocal
                ? Path.of(shards.path("x").toUri().getPath()).getParent()
                : PrivateFolder.in(cache).resolve("indexes").resolve(name(location));
    }

    private static String name(String location) {
        CRC32 sum = new CRC32();
        sum.update(location.getBytes(StandardCharsets.UTF_8));
        String text = location.replaceAll("[^A-Za-z0-9.-]+", "_");
        return text.substring(Math.max(0, text.length() - NAME_CHARACTERS)) + "-"
                + HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** Opens a shard. A copy that is damaged is made again. */
    OpenShard open(Shard shard, IndexManifest manifest) throws IOException {
        try {
            return opened(shard, manifest);
        } catch (IOException e) {
            if (isLocal) {
                throw e;
            }
            for (Path copy : copies()) {
                if (isOf(shard, copy)) {
                    Files.deleteIfExists(copy);
                }
            }
            return opened(shard, manifest);
        }
    }

    private OpenShard opened(Shard shard, IndexManifest manifest) throws IOException {
        try {
            return map(shard, manifest);
        } catch (StorageException e) {
            throw e; // a copy that failed: its file is not damaged
        } catch (RuntimeException | AssertionError e) { // JVector trusts its files
            throw damaged(shard.name(), e);
        }
    }

    static IOException damaged(String shard, Throwable e) {
        return new IOException(
                "one of the files shards/" + shard + ".* is damaged (" + e
                        + "). Remove them and the manifests, or choose another --output, and build the index again.",
                e);
    }

    private static boolean isOf(Shard shard, Path copy) {
        return copy.getFileName().toString().startsWith(shard.name() + ".");
    }

    private List<Path> copies() throws IOException {
        if (!Files.isDirectory(local)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(local)) {
            return files.toList();
        }
    }

    /** Removes copies of shards that the index had before. Those of the last day stay for programs that are opening them. */
    void removeOld(IndexManifest manifest) {
        if (isLocal) {
            return;
        }
        try {
            for (Path copy : copies()) {
                boolean isUsed = manifest.shards().stream().anyMatch(shard -> isOf(shard, copy));
                Instant dayAgo = Instant.now().minus(Duration.ofDays(1));
                if (!isUsed && Files.getLastModifiedTime(copy).toInstant().isBefore(dayAgo)) {
                    Files.deleteIfExists(copy);
                }
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove old copies of shards from {}: {}", local, e.toString());
        }
    }

    private OpenShard map(Shard shard, IndexManifest manifest) throws IOException {
        Path vectors = file(IndexFolder.vectorsFile(shard.name(), manifest.structure()));
        PathTable paths = new PathTable(file(IndexFolder.pathsFile(shard.name())));
        Optional<PathTable> labels = manifest.hasLabels()
                ? Optional.of(new PathTable(file(IndexFolder.labelsFile(shard.name()))))
                : Optional.empty();
        OpenShard.Texts texts = new OpenShard.Texts(paths, labels);
        OpenShard open = manifest.structure() == Structure.FLAT
                ? new FlatShard(new MappedVectors(vectors, manifest.source().dimension()), texts, manifest.metric())
                : new GraphShard(vectors, texts, manifest.metric());
        if (open.dimension() != manifest.source().dimension()) {
            throw new IOException(vectors + " holds vectors of " + open.dimension() + " dimensions, not "
                    + manifest.source().dimension()
                    + " as the manifest says. Build the index again at another --output.");
        }
        int labelled = labels.map(PathTable::size).orElse(paths.size());
        if (open.size() != shard.vectors() || paths.size() != shard.vectors() || labelled != shard.vectors()) {
            throw new IOException(vectors + " holds " + open.size() + " vectors, " + paths.size() + " paths and "
                    + labelled + " labels, not " + shard.vectors()
                    + " as the manifest says. Build the index again at another --output.");
        }
        return open;
    }

    private Path file(String name) throws IOException {
        Path file = local.resolve(name);
        if (isLocal || Files.exists(file)) {
            return file;
        }
        synchronized (COPYING.computeIfAbsent(file, path -> new Object())) { // tasks of an executor want the same shard
            return Files.exists(file) ? file : copied(name, file);
        }
    }

    private Path copied(String name, Path file) throws IOException {
        Files.createDirectories(local);
        Path unfinished = local.resolve("." + name + "." + UUID.randomUUID());
        try {
            shards.download(name, unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StorageErrors.of("copy to " + local + " the file", shards.path(name), e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return file;
    }
}
