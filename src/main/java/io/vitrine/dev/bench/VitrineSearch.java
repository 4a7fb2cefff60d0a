package io.vitrine.dev.bench;

import io.vitrine.index.GraphSettings;
import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.index.Metric;
import io.vitrine.index.SearchIndex;
import io.vitrine.index.SearchMode;
import io.vitrine.index.SingleShard;
import io.vitrine.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Vitrine's index in one shard: JVector's graph. */
final class VitrineSearch implements SearchEngine {
    private final Path folder;
    private final Structure structure;
    private SearchIndex index;

    VitrineSearch(Path folder, Structure structure) {
        this.folder = folder;
        this.structure = structure;
    }

    @Override
    public String name() {
        return structure == Structure.FLAT ? "jobs/index, exact" : "jobs/index, graph";
    }

    @Override
    public void build(VectorFile vectors) throws IOException {
        VectorSource source =
                new VectorSource("", "", "", "", "", "", VectorSource.NO_HEAD_MASK, "cls", vectors.dimension(), "none");
        SingleShard.write(
                folder,
                vectors.path(),
                source,
                Metric.COSINE,
                structure,
                new GraphSettings(NEIGHBORS, BUILD_BEAM),
                Runtime.getRuntime().availableProcessors());
        index = SearchIndex.open(folder.toString(), new Configuration(), folder);
    }

    @Override
    public List<Integer> search(float[] query, int top, int beam) {
        SearchMode mode = structure == Structure.FLAT ? SearchMode.EXACT : new SearchMode.Graph(beam);
        return index.search(query, top, mode).stream()
                .map(hit -> Integer.parseInt(hit.path().replaceFirst(".*/", "")))
                .toList();
    }

    @Override
    public long bytes() throws IOException {
        return Files.size(
                folder.resolve("shards").resolve("single." + (structure == Structure.FLAT ? "vectors" : "graph")));
    }

    @Override
    public void close() {
        index.close();
    }
}
