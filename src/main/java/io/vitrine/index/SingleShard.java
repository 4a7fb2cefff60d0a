package io.vitrine.index;

import io.vitrine.index.IndexManifest.Shard;
import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** An index of one shard that is made from a local file, without Spark: what one task of a build does, to measure it. */
public final class SingleShard {
    private static final String NAME = "single";

    private SingleShard() {}

    /**
     * Writes an index.
     *
     * @param folder a new local folder
     * @param vectors (size, dimension) float32, little-endian, prepared for the metric
     * @param source says the dimension
     * @param threads that build the graph
     */
    public static void write(
            Path folder,
            Path vectors,
            VectorSource source,
            Metric metric,
            Structure structure,
            GraphSettings settings,
            int threads)
            throws IOException {
        Path shards = Files.createDirectories(folder.resolve("shards"));
        MappedVectors mapped = new MappedVectors(vectors, source.dimension());
        Path file = shards.resolve(IndexFolder.vectorsFile(NAME, structure));
        if (structure == Structure.GRAPH) {
            GraphFile.write(file, mapped, metric, settings, threads);
        } else {
            Files.copy(vectors, file);
        }
        Path paths = shards.resolve(IndexFolder.pathsFile(NAME));
        try (PathTable.Writer table = new PathTable.Writer(paths)) {
            for (int i = 0; i < mapped.size(); i++) {
                table.add(path(i));
            }
        }
        Shard shard = new Shard(0, NAME, mapped.size(), "", Files.size(file) + Files.size(paths));
        new IndexFolder(folder.toString(), new Configuration())
                .commit(new IndexManifest(
                        IndexManifest.VERSION,
                        NAME,
                        source,
                        "",
                        metric,
                        structure,
                        settings,
                        mapped.size(),
                        Integer.MAX_VALUE,
                        List.of(new float[source.dimension()]),
                        List.of(shard),
                        ""));
    }

    /** The path of a vector, by its place in the file. */
    public static String path(int ordinal) {
        return String.format(Locale.ROOT, "file:/vectors/%010d", ordinal);
    }
}
