package io.vitrine.dev.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.report.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Measures a job's peak memory for few and for many images. */
final class PeakMemoryRuns {
    private final Path root;
    private final Path folder;
    private final String bucket;
    private final int slots;
    private final PrintWriter out;

    PeakMemoryRuns(Path root, String bucket, int slots, PrintWriter out) {
        this.root = root;
        this.folder = root.resolve("target/benchmark");
        this.bucket = bucket;
        this.slots = slots;
        this.out = out;
    }

    /** Runs the demo model on 2,000 and on 20,000 pictures, each time in a new process with a heap of 512 MiB. */
    void run(S3Store store) throws Exception {
        List<byte[]> pictures;
        try (Stream<Path> files = Files.walk(root.resolve("demo/pictures"))) {
            pictures = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }
        for (int count : new int[] {2_000, 20_000}) {
            Bucket.fill(store, "s3a://" + bucket + "/pictures-" + count, pictures, "", count);
            RunRecord.Peak peak = peak(store, count);
            out.printf(
                    Locale.ROOT,
                    "peak memory, demo model, %,d images: %,d MiB resident, %,d MiB of live heap%n",
                    count,
                    peak.residentBytes() >> 20,
                    peak.liveHeapBytes() >> 20);
            out.flush();
        }
    }

    private RunRecord.Peak peak(S3Store store, int count) throws IOException {
        Path output = folder.resolve("memory-" + count);
        S3Store.delete(output);
        int status = new Submission(root.resolve("jobs/extract"), store)
                .with("--master", "local[" + slots + "]", "--driver-memory", "512m")
                .with("--input", "s3a://" + bucket + "/pictures-" + count)
                .with("--model", root.resolve("demo/checkpoint").toString())
                .with("--output", output.toString())
                // The whole heap is resident from the start, so that growth is a leak, not a lazy collector.
                .environment("JAVA_TOOL_OPTIONS", "-Xms512m -XX:+AlwaysPreTouch")
                .run(folder.resolve("memory.out"), folder.resolve("memory.err"));
        if (status != 0) {
            throw new IllegalStateException(
                    "extract ended with status " + status + ". See " + folder.resolve("memory.err"));
        }
        try (Stream<Path> records = Files.list(output.resolve("_vitrine"))) {
            Path record = records.filter(path -> path.getFileName().toString().matches("[0-9].*\\.json"))
                    .findFirst()
                    .orElseThrow();
            JsonNode peak = JsonFile.read(record).path("driver_peak");
            return new RunRecord.Peak(
                    peak.path("resident_bytes").asLong(),
                    peak.path("live_heap_bytes").asLong());
        }
    }
}
