package io.vitrine.dev.bench;

import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.graph.OnnxModel;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measures what the largest ViT costs before its first image: the time to load it, and the memory that it keeps. */
public final class HugeModel {
    private static final int BATCH = 4;

    private final Path folder;
    private final PrintWriter out;

    public HugeModel(Path root, PrintWriter out) {
        this.folder = root.resolve("target/benchmark");
        this.out = out;
    }

    /** Measures, and prints a table. */
    public void run() throws Exception {
        out.println("making a random ViT-Huge/14");
        out.flush();
        Path checkpoint = RandomCheckpoint.HUGE.write(folder.resolve("vit-huge"));
        out.println();
        out.println("| ViT-Huge/14, float32, 632 million parameters | |");
        out.println("|---|---|");
        row("safetensors", mebibytes(Files.size(checkpoint.resolve("model.safetensors"))));

        long start = System.nanoTime();
        Fingerprint.of(checkpoint);
        row("fingerprint (SHA-256 over the files)", seconds(start));
        start = System.nanoTime();
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        OnnxModel graph = plan.onnxModel(List.of("pooler_output", "last_hidden_state"));
        row(
                "graph printed",
                seconds(start) + ", " + String.format(Locale.ROOT, "%,d bytes", graph.modelProto().length));
        start = System.nanoTime();
        WeightChecks.requireFinite(graph.weights().values());
        row("weights checked for NaN", seconds(start));

        start = System.nanoTime();
        try (FeatureModel model = FeatureModel.load(graph, 1)) {
            row("model loaded, file in the page cache", seconds(start));
            row("resident after loading: anonymous, mapped from files", resident());
            Measurement engine = new Loops(Runtime.getRuntime().availableProcessors()).engine(model, plan, BATCH, 20);
            row(
                    "images/s, CPU-seconds per image, batches of " + BATCH,
                    String.format(Locale.ROOT, "%.2f, %.2f", engine.rate(), engine.cpuPerImage()));
            row("resident after running: anonymous, mapped from files", resident());
        }
    }

    private void row(String what, String value) {
        out.println("| " + what + " | " + value + " |");
        out.flush();
    }

    private static String seconds(long start) {
        return String.format(Locale.ROOT, "%.2f s", (System.nanoTime() - start) / 1e9);
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
    }

    private static String resident() throws IOException {
        return mebibytes(kibibytes("RssAnon:") << 10) + ", " + mebibytes(kibibytes("RssFile:") << 10);
    }

    private static long kibibytes(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
