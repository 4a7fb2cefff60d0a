package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.Omission;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A folder of local photographs, runs on it, and what became of them. */
final class LocalPhotos {
    private final SparkSession spark;
    private final Path folder;
    private final Path cache;
    private final Path photos;

    /**
     * Makes an empty folder of photographs.
     *
     * @param folder gets it, and the output
     * @param cache of models
     */
    LocalPhotos(SparkSession spark, Path folder, Path cache) throws IOException {
        this.spark = spark;
        this.folder = folder;
        this.cache = cache;
        this.photos = Files.createDirectory(folder.resolve("photos"));
    }

    Path path() {
        return photos;
    }

    Path resolve(String name) {
        return photos.resolve(name);
    }

    /** Writes a small picture under a name, with its folders. */
    void write(String name) throws IOException {
        Path file = photos.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Pictures.drawn("png", 40, 30, name.hashCode()));
    }

    /** Makes what Java cannot make. */
    static void command(String... command) throws IOException {
        try {
            assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    ExtractRequest.Builder request(InputRequest input) {
        return ExtractRequests.builder(cache).input(input).output(output()).maxFailures(FailureLimit.parse("100%"));
    }

    RunRecord run(InputRequest input) {
        return Extract.run(spark, request(input).build());
    }

    /** Runs on the whole folder. */
    RunRecord run() {
        return run(InputRequest.under(photos.toString()));
    }

    String output() {
        return folder + "/features";
    }

    /** The status of each row by path below the folder of photographs; fails if a path has two rows. */
    Map<String, String> statuses() {
        Map<String, String> statuses = new TreeMap<>();
        for (Row row : spark.read().parquet(output()).collectAsList()) {
            String name = row.<String>getAs("path").replace("file:" + photos + "/", "");
            assertThat(statuses.put(name, row.getAs("status"))).as(name).isNull();
        }
        return statuses;
    }

    static Map<String, Long> counts(List<Omission> omissions) {
        return omissions.stream().collect(Collectors.toMap(Omission::reason, Omission::count));
    }
}
