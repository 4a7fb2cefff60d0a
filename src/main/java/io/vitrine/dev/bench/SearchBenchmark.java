package io.vitrine.dev.bench;

import io.vitrine.index.IndexManifest.Structure;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Recall, build time and query time of indexes on the same vectors in one process, one after the other. Each keeps up to 32 neighbours
 * of a vector at its lowest level, and 100 candidates while it is built. Queries run one at a time. Times are CPU times, which other
 * work on the machine changes little.
 */
public final class SearchBenchmark {
    private static final int TOP = 10;
    private static final int[] BEAMS = {100, 400, 1_600, 6_400};

    private final Path target;
    private final PrintWriter out;
    private final int queries;

    /** @param target a folder for the indexes: 9 GB for a million vectors */
    public SearchBenchmark(Path target, int queries, PrintWriter out) {
        this.target = target;
        this.queries = queries;
        this.out = out;
    }

    /**
     * Measures, and prints a table.
     *
     * @param sets names of the sets of vectors: pictures, manifold, uniform
     * @param engines texts that names of engines contain
     */
    public void run(int vectors, List<String> sets, List<String> engines) throws IOException {
        out.println("| vectors | index | build CPU s | MB on disk | heap MB | beam | recall@10 | CPU ms per query |");
        out.println("|---|---|---:|---:|---:|---:|---:|---:|");
        for (String set : sets) {
            run(vectors, VectorSet.valueOf(set.toUpperCase(Locale.ROOT)), engines);
        }
    }

    private void run(int count, VectorSet set, List<String> names) throws IOException {
        Path kept = target.resolve("search-vectors");
        Path folder = Files.createTempDirectory(Files.createDirectories(target), "search-");
        String label = String.format(Locale.ROOT, "%,d %s", count, set.name().toLowerCase(Locale.ROOT));
        try (VectorFile vectors = set.open(kept, 0, count);
                VectorFile questions = set.open(kept, -queries, queries)) {
            List<List<Integer>> truth = new ArrayList<>();
            try (SearchEngine exact = new VitrineSearch(folder.resolve("exact"), Structure.FLAT)) {
                exact.build(vectors);
                measure(exact, label, questions, 0, truth, new int[] {TOP});
            }
            List<SearchEngine> engines = List.of(
                    new VitrineSearch(folder.resolve("graph"), Structure.GRAPH),
                    new HnswlibSearch(),
                    new LuceneSearch(folder.resolve("lucene")));
            for (SearchEngine engine : engines) {
                if (names.stream().anyMatch(engine.name()::contains)) {
                    long start = cpuNanos();
                    engine.build(vectors);
                    measure(engine, label, questions, (cpuNanos() - start) / 1e9, truth, BEAMS);
                    engine.close();
                }
            }
        } finally {
            delete(folder);
        }
    }

    private void measure(
            SearchEngine engine,
            String label,
            VectorFile questions,
            double build,
            List<List<Integer>> truth,
            int[] beams)
            throws IOException {
        long heap = heapBytes();
        boolean isTruth = truth.isEmpty();
        for (int beam : beams) {
            engine.search(questions.get(0), TOP, beam); // loads classes and pages
            long nanos = 0;
            int found = 0;
            for (int i = 0; i < queries; i++) {
                float[] query = questions.get(i);
                long start = cpuNanos();
                List<Integer> hits = engine.search(query, TOP, beam);
                nanos += cpuNanos() - start;
                if (isTruth) {
                    truth.add(hits);
                }
                Set<Integer> right = new HashSet<>(truth.get(i));
                right.retainAll(hits);
                found += right.size();
            }
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %,d | %,d | %,d | %.3f | %.2f |%n",
                    label,
                    engine.name(),
                    build,
                    engine.bytes() >> 20,
                    heap >> 20,
                    beam,
                    found / (double) (queries * TOP),
                    nanos / 1e6 / queries);
            out.flush();
        }
    }

    /** CPU time of all threads of this process. */
    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long heapBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
