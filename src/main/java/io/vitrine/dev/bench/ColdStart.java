package io.vitrine.dev.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.inference.InferenceEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Times new processes from spark-submit to the commit of 100 images. The checkpoint is in the page cache. */
final class ColdStart {
    static final int IMAGES = 100;

    private final Path root;
    private final Path folder;
    private final PrintWriter out;

    ColdStart(Path root, PrintWriter out) {
        this.root = root;
        this.folder = root.resolve("target/benchmark");
        this.out = out;
    }

    /** @param photos a folder with {@link #IMAGES} images */
    void run(S3Store store, Path checkpoint, String photos) throws IOException {
        out.printf("%n| from spark-submit, %d images, ViT-Base/16 | seconds |%n|---|---|%n", IMAGES);
        for (String precision : new String[] {"fp32", "bf16"}) {
            if (precision.equals("bf16") && !InferenceEngine.pytorch.isAvailable()) {
                continue;
            }
            Path output = folder.resolve("cold-" + precision);
            S3Store.delete(folder.resolve("cold-cache")); // the first run writes what each host writes once
            double planned = submit(store, checkpoint, photos, output, precision, "--dry-run");
            double whole = submit(store, checkpoint, photos, output, precision);
            JsonNode record = record(output);
            double again = submit(store, checkpoint, photos, output, precision);
            JsonNode second = record(output);
            row(precision + ": to the plan (JVM, Spark, listing, checks of the weights), and its end", planned);
            row(precision + ": the model loaded, within the run", loadSeconds(record));
            row(
                    precision + ": the model loaded, where libraries and archive are unpacked already",
                    loadSeconds(second));
            row(
                    precision + ": the run, from its first task to its commit",
                    record.path("seconds").asDouble());
            row(precision + ": all, to the end of the process", whole);
            row(precision + ": all, where libraries and archive are unpacked already", again);
        }
    }

    private static double loadSeconds(JsonNode record) {
        return record.path("model_loads").path(0).path("millis").asDouble() / 1e3;
    }

    private void row(String what, double seconds) {
        out.printf(Locale.ROOT, "| %s | %.1f |%n", what, seconds);
        out.flush();
    }

    private double submit(S3Store store, Path checkpoint, String photos, Path output, String precision, String... more)
            throws IOException {
        S3Store.delete(output);
        long start = System.nanoTime();
        int status = new Submission(root.resolve("jobs/extract"), store)
                .with("--master", "local[" + Runtime.getRuntime().availableProcessors() + "]")
                .with("--input", photos, "--model", checkpoint.toString(), "--output", output.toString())
                .with(
                        "--precision",
                        precision,
                        "--model-cache",
                        folder.resolve("cold-cache").toString())
                .with(more)
                .run(folder.resolve("cold.out"), folder.resolve("cold.err"));
        if (status != 0) {
            throw new IllegalStateException(
                    "extract ended with status " + status + ". See " + folder.resolve("cold.err"));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static JsonNode record(Path output) throws IOException {
        try (Stream<Path> records = Files.list(output.resolve("_vitrine"))) {
            return JsonFile.read(
                    records.filter(path -> path.getFileName().toString().matches("[0-9].*\\.json"))
                            .findFirst()
                            .orElseThrow());
        }
    }
}
