package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.ProcessResult;
import io.vitrine.testkit.RecordFiles;
import io.vitrine.testkit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Sixty images and a bad file on S3, submissions to a cluster that read them, and what these submissions wrote. */
final class ClusterRuns implements AutoCloseable {
    static final int IMAGES = 60;

    /** Options that let Spark start at most two executors, and stop them. */
    static final String[] DYNAMIC_ALLOCATION = {
        "--conf", "spark.dynamicAllocation.enabled=true",
        "--conf", "spark.dynamicAllocation.shuffleTracking.enabled=true",
        "--conf", "spark.dynamicAllocation.maxExecutors=2"
    };

    private final Path folder;
    private final String name;
    private final ObjectStore store;
    private final SparkSession spark;

    private ClusterRuns(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        this.store = ObjectStore.start(folder.resolve("s3"), name + "-images", name + "-features");
        this.spark = LocalSpark.session(store);
    }

    /**
     * Starts the store and fills it.
     *
     * @param folder an empty folder
     * @param name the prefix of the buckets
     */
    static ClusterRuns start(Path folder, String name) {
        ClusterRuns runs = new ClusterRuns(folder, name);
        for (int i = 0; i < IMAGES; i++) {
            runs.store.put(runs.image(i), Pictures.drawn("png", 80, 60, i));
        }
        runs.store.put(runs.badFile(), "no image");
        return runs;
    }

    ObjectStore store() {
        return store;
    }

    String input() {
        return "s3a://" + name + "-images/photos";
    }

    String image(int index) {
        return input() + "/" + index + ".png";
    }

    String badFile() {
        return input() + "/bad.png";
    }

    String newOutput() {
        return store.newFolder(name + "-features");
    }

    /** A submission of the demo checkpoint without an input. */
    Submission extract(StandaloneCluster cluster, String output) {
        return cluster.extract(store).with("--model", DemoCheckpoint.location(), "--output", output);
    }

    ProcessResult run(Submission submission) {
        return Launchers.run(submission, folder);
    }

    /** Each path with its status and, in hexadecimal, its {@code last_hidden_state}. Requires that no path has two rows. */
    Map<String, String> rows(String output) {
        Map<String, String> rows = new TreeMap<>();
        for (Row row : spark.read()
                .parquet(output)
                .selectExpr("path", "status || ' ' || coalesce(hex(last_hidden_state), '') AS state")
                .collectAsList()) {
            assertThat(rows.put(row.getString(0), row.getString(1))).isNull();
        }
        return rows;
    }

    /** Requires one row for each file, with features for each image. */
    void requireEveryImageOnce(String output) {
        Map<String, String> rows = rows(output);
        assertThat(rows).hasSize(IMAGES + 1);
        assertThat(rows.values()).filteredOn(row -> row.startsWith("ok ")).hasSize(IMAGES);
    }

    /** The record of the latest run on {@code output}. */
    JsonNode record(String output) throws IOException {
        return RecordFiles.latest(store.onDisk(output));
    }

    /** Requires that two executors with a GPU each did all the work, with at most two tasks at once on a GPU and a model each. */
    void requireTwoGpusSharedByTasks(String output) throws IOException {
        JsonNode record = record(output);
        List<String> addresses = new ArrayList<>();
        for (JsonNode gpu : record.path("gpus")) {
            addresses.add(gpu.path("address").asText());
            assertThat(gpu.path("tasks").asInt()).isBetween(1, 2);
        }
        assertThat(addresses).containsExactlyInAnyOrder("0", "1");
        List<String> executors = new ArrayList<>();
        record.path("model_loads")
                .forEach(load -> executors.add(load.path("executor").asText()));
        assertThat(executors).hasSize(2).doesNotHaveDuplicates();
        assertThat(record.path("images").path("ok").asInt()).isEqualTo(IMAGES);
    }

    @Override
    public void close() {
        spark.stop();
        store.close();
    }
}
