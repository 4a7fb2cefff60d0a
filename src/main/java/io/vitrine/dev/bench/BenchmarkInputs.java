package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the jobs of {@link Benchmark} read: files and tars, on disk and on two S3 stores. */
final class BenchmarkInputs {
    static final String BUCKET = "benchmark";
    static final String FAR_BUCKET = "benchmark-far";

    private final Path folder;
    private final Scenarios scenarios;
    private final Effort effort;

    /** @param folder for local files */
    BenchmarkInputs(Path folder, Scenarios scenarios, Effort effort) {
        this.folder = folder;
        this.scenarios = scenarios;
        this.effort = effort;
    }

    /** Makes the inputs of {@code wanted}. */
    void fill(S3Store store, S3Store far, List<Scenario> wanted, Map<Photos.Kind, List<byte[]>> photos)
            throws Exception {
        if (effort.only().isEmpty()) {
            Bucket.fill(store, "s3a://" + BUCKET + "/cold", photos.get(Photos.Kind.SMALL), ".jpg", ColdStart.IMAGES);
        }
        for (Scenario scenario : wanted) {
            Bucket.fill(store, warmUp(scenario), photos.get(Photos.Kind.SMALL), ".jpg", scenarios.images(scenario) / 4);
            List<byte[]> jpegs = photos.get(scenario.photos());
            if (scenario.place() == Scenario.Place.LOCAL) {
                Path local = Files.createDirectories(folder.resolve("local/photos"));
                for (int i = 0; i < scenarios.images(scenario); i++) {
                    Files.write(local.resolve(i + ".jpg"), jpegs.get(i % jpegs.size()));
                }
            } else {
                S3Store used = scenario.place().isFar() ? far : store;
                if (scenario.place().hasShards()) {
                    Bucket.fillShards(used, of(scenario), jpegs, scenarios.images(scenario));
                } else {
                    Bucket.fill(used, of(scenario), jpegs, ".jpg", scenarios.images(scenario));
                }
            }
        }
    }

    /** Where a job reads and writes. */
    String root(Scenario scenario) {
        return switch (scenario.place()) {
            case LOCAL -> folder.resolve("local").toString();
            case S3, SHARDS -> "s3a://" + BUCKET;
            case FAR, FAR_SHARDS -> "s3a://" + FAR_BUCKET;
        };
    }

    /** The input of a job. */
    String of(Scenario scenario) {
        return scenario.place() == Scenario.Place.LOCAL
                ? root(scenario) + "/photos"
                : root(scenario) + (scenario.place().hasShards() ? "/shards-" : "/photos-")
                        + scenario.photos().words() + "-" + scenarios.images(scenario);
    }

    /** A folder with a quarter of the images, enough for the compiler to compile most of the code. */
    String warmUp(Scenario scenario) {
        return "s3a://" + BUCKET + "/warm-up-" + scenarios.images(scenario) / 4;
    }
}
