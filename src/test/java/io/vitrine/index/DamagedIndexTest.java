package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.PrivateFolder;
import io.vitrine.StorageException;
import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.vectors.VectorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of an index that were cut or changed, and queries that can't be answered. */
final class DamagedIndexTest {
    private static final int DIMENSION = 8;
    private static final int SIZE = 300;

    @TempDir
    private Path folder;

    private Path index;
    private float[] query;

    @BeforeEach
    void buildNothingYet() {
        index = folder.resolve("index");
        query = new float[DIMENSION];
        query[0] = 1;
    }

    private void build(Structure structure, Metric metric) throws IOException {
        Random random = new Random(6);
        ByteBuffer bytes = ByteBuffer.allocate(SIZE * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) random.nextGaussian());
        }
        Path file = Files.write(folder.resolve("vectors"), bytes.array());
        VectorSource source = new VectorSource("o", "f", "m", "p", "1x1", "float32", "[]", "c", DIMENSION, "none");
        SingleShard.write(index, file, source, metric, structure, new GraphSettings(8, 40), 1);
    }

    private Path file(String suffix) {
        return index.resolve("shards/single." + suffix);
    }

    private static void cut(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    private List<Hit> search(String location, SearchMode mode) {
        try (SearchIndex opened = SearchIndex.open(location, new Configuration(), folder.resolve("cache"))) {
            return opened.search(query, 3, mode);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FLAT, vectors, 0", "FLAT, vectors, 4000", "FLAT, vectors, 3200", "FLAT, paths, 100", "FLAT, paths, 0",
        "GRAPH, graph, 0", "GRAPH, graph, 3", "GRAPH, graph, 5000", "GRAPH, graph, 19000", "GRAPH, paths, 9000"
    })
    void aCutFileOfAShardIsNamed(Structure structure, String suffix, long bytes) throws IOException {
        build(structure, Metric.COSINE);
        assertThat(Files.size(file(suffix))).isGreaterThan(bytes);
        cut(file(suffix), bytes);
        assertThatThrownBy(() -> search(index.toString(), SearchMode.EXACT))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(index.toString())
                .hasMessageContaining("single.")
                .hasMessageFindingMatch("damaged|is no table of paths|no number of vectors|as the manifest says");
    }

    @Test
    void anOffsetOutOfTheTextTakesNoMemory() throws IOException {
        build(Structure.FLAT, Metric.COSINE);
        try (FileChannel channel = FileChannel.open(file("paths"), StandardOpenOption.WRITE)) {
            long ends = channel.size() - Long.BYTES * (SIZE + 1);
            for (int i = 0; i < SIZE - 1; i++) { // the last one is checked when the file is opened
                channel.write(
                        ByteBuffer.allocate(Long.BYTES).putLong(0, 0x7FFF_FFF0L - i), ends + (long) i * Long.BYTES);
            }
        }
        assertThatThrownBy(() -> search(index.toString(), SearchMode.EXACT))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("shards/single.* is damaged");
    }

    @Test
    void neighboursThatDoNotExistAreNoCrash() throws IOException {
        build(Structure.GRAPH, Metric.COSINE);
        try (FileChannel channel = FileChannel.open(file("graph"), StandardOpenOption.WRITE)) {
            ByteBuffer ones = ByteBuffer.allocate(8_000);
            while (ones.hasRemaining()) {
                ones.put((byte) 0x7F);
            }
            channel.write(ones.flip(), 4_000);
        }
        assertThatThrownBy(() -> search(index.toString(), new SearchMode.Graph(300)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("shards/single.* is damaged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}", "null", "{\"version\": 1}", "[1, 2]", "{\"version\": 1, \"vectors\": \"many\"}"})
    void aDamagedManifestIsNamed(String text) throws IOException {
        build(Structure.FLAT, Metric.COSINE);
        Files.delete(index.resolve(".manifest-single.json.crc"));
        Files.writeString(index.resolve("manifest-single.json"), text);
        assertThatThrownBy(() -> search(index.toString(), SearchMode.EXACT))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("manifest-single.json");
    }

    @Test
    void aManifestThatContradictsItselfIsNamed() throws IOException {
        build(Structure.FLAT, Metric.COSINE);
        Path manifest = index.resolve("manifest-single.json");
        String text = Files.readString(manifest);
        Files.delete(index.resolve(".manifest-single.json.crc"));
        Files.writeString(manifest, text.replaceFirst("\"vectors\" : 300,", "\"vectors\" : 301,"));
        assertThatThrownBy(() -> search(index.toString(), SearchMode.EXACT))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("manifest-single.json is damaged")
                .hasMessageContaining("The shards hold 300 vectors in all, not 301");
        Files.writeString(manifest, text.replace("\"dimension\" : 8", "\"dimension\" : 9"));
        assertThatThrownBy(() -> search(index.toString(), SearchMode.EXACT))
                .hasMessageContaining("A center has not the 9 dimensions of vectors");
        Files.writeString(manifest, text.replace("\"name\" : \"single\"", "\"name\" : \"../single\""));
        assertThatThrownBy(() -> search(index.toString(), SearchMode.EXACT))
                .hasMessageContaining("names the shard '../single', which no build does");
    }

    /** An index that is not local: its shards are copied to a cache. */
    @Test
    void damagedCopiesAreMadeAgainAndOldOnesRemoved() throws IOException {
        build(Structure.FLAT, Metric.COSINE);
        Configuration configuration = new Configuration();
        configuration.set("fs.remote.impl", io.vitrine.hub.RemoteFileSystem.class.getName());
        Path cache = folder.resolve("cache");
        String location = "remote://" + index;
        List<Hit> hits = search(location, configuration, cache);
        Path copies;
        try (var names = Files.list(cache.resolve("indexes"))) {
            copies = names.findFirst().orElseThrow();
        }
        cut(copies.resolve("single.vectors"), 40);
        Path old = Files.writeString(copies.resolve("20250101T000000Z-0-1.vectors"), "old");
        Path recent = Files.writeString(copies.resolve("20250102T000000Z-0-1.vectors"), "recent");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        IndexManifest manifest = SearchIndex.manifest(location, configuration);
        try (SearchIndex part = IndexPart.of(location, manifest).get(0).open(configuration, cache)) {
            assertThat(part.search(query, 3, SearchMode.EXACT)).isEqualTo(hits);
            assertThat(old).as("perhaps a copy of another shard").exists();
        }
        assertThat(search(location, configuration, cache)).isEqualTo(hits);
        assertThat(old).doesNotExist();
        assertThat(recent).exists();
        assertThat(Files.getPosixFilePermissions(cache)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(search(location, configuration, cache)).isEqualTo(hits);
        assertThat(cache.resolve(PrivateFolder.DEFAULT.getFileName()).resolve("indexes"))
                .isDirectory();
    }

    @Test
    void aCopyThatFailsIsNoDamage() throws IOException {
        build(Structure.FLAT, Metric.COSINE);
        Configuration configuration = new Configuration();
        configuration.set("fs.remote.impl", io.vitrine.hub.RemoteFileSystem.class.getName());
        Path cache = folder.resolve("cache");
        String location = "remote://" + index;
        search(location, configuration, cache);
        Path copies;
        try (var names = Files.list(cache.resolve("indexes"))) {
            copies = names.findFirst().orElseThrow();
        }
        Files.delete(copies.resolve("single.vectors"));
        Files.delete(file("vectors"));
        assertThatThrownBy(() -> search(location, configuration, cache))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot copy to " + copies)
                .hasMessageNotContaining("damaged");
        assertThat(copies.resolve("single.paths")).as("a good copy").exists();
    }

    private List<Hit> search(String location, Configuration configuration, Path cache) {
        try (SearchIndex opened = SearchIndex.open(location, configuration, cache)) {
            return opened.search(query, 3, SearchMode.EXACT);
        }
    }

    @Test
    void queriesWithoutFiniteScoresAreRefused() throws IOException {
        build(Structure.GRAPH, Metric.L2);
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            query[3] = value;
            assertThatThrownBy(() -> search(index.toString(), SearchMode.DEFAULT))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("has the element " + value);
        }
        query[3] = 1e19f;
        assertThatThrownBy(() -> search(index.toString(), SearchMode.DEFAULT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The query has a norm above 1.0E18");
        query[3] = 9e17f;
        query[0] = 0;
        assertThat(search(index.toString(), SearchMode.EXACT)).allMatch(hit -> Float.isFinite(hit.score()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"COSINE", "DOT", "L2"})
    void aQueryOfZerosIsAnswered(Metric metric) throws IOException {
        build(Structure.GRAPH, metric);
        query[0] = 0;
        assertThat(search(index.toString(), SearchMode.EXACT))
                .hasSize(3)
                .allMatch(hit -> metric == Metric.L2 ? hit.score() < 0 : hit.score() == 0);
        assertThat(search(index.toString(), SearchMode.DEFAULT)).hasSize(3);
    }
}
