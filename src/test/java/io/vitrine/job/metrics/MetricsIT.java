package io.vitrine.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.job.Extract;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunDetails;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.Prometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's own pages show of a run: metrics for Prometheus, and descriptions of jobs. */
final class MetricsIT {
    private static final String PREFIX = "metrics_vitrine_driver_plugin_io_vitrine_job_metrics_MetricsPlugin_";

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static String page;
    private static Map<String, Double> before;
    private static RunRecord record;

    @BeforeAll
    static void run() throws IOException {
        Path input = folder.resolve("in");
        Folders.copy(Path.of("demo/pictures"), input);
        Files.createFile(input.resolve("empty.jpg"));
        ExtractRequest request = ExtractRequests.builder(folder)
                .input(input.toString())
                .output(folder.resolve("out").toString())
                .columns("pooler_output")
                .rerun(RerunPolicy.builder().imagesPerCommit(40).build())
                .build();
        SparkConf conf = LocalSpark.conf(Map.of())
                .set("spark.ui.enabled", "true")
                .set("spark.ui.port", "0")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set(
                        "spark.metrics.conf.*.sink.prometheusServlet.class",
                        "org.apache.spark.metrics.sink.PrometheusServlet")
                .set("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
        ExtractRequest configured = Extract.configure(conf, request);
        spark = SparkSession.builder().config(conf).getOrCreate();
        page = spark.sparkContext().uiWebUrl().get();
        before = ours();
        record = Extract.run(spark, configured);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** The plugin's metrics without their prefix. */
    private static Map<String, Double> ours() {
        Map<String, Double> ours = new TreeMap<>();
        Prometheus.scrape(page + "/metrics/prometheus").forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                ours.put(name.substring(PREFIX.length()), value);
            }
        });
        return ours;
    }

    private static double added(String metric) {
        return ours().get(metric) - before.get(metric);
    }

    @Test
    void anExecutorsMetricsAgreeWithTheRecord() {
        RunDetails details = record.details();
        assertThat(added("images_Count")).isEqualTo((double) record.total()).isEqualTo(61);
        assertThat(added("failed_images_empty_Number")).isOne();
        assertThat(added("failed_images_corrupt_Number")).isZero();
        assertThat(added("image_bytes_Count"))
                .isEqualTo((double) details.images().bytesRead());
        assertThat(added("batches_Number"))
                .isEqualTo((double) details.resources().batches());
        assertThat(added("batched_images_Number")).isEqualTo((double) record.ok());
        assertThat(added("model_loads_Number")).isEqualTo(record.modelLoads().size());
        assertThat(ours().get("images_OneMinuteRate")).isNotNegative();
        for (Activity activity : Activity.values()) {
            assertThat(added(activity.metric() + "_Number"))
                    .as(activity.metric())
                    .isCloseTo(record.taskSeconds().get(activity.key()), org.assertj.core.api.Assertions.within(0.001));
        }
    }

    @Test
    void memoryOutsideTheHeapIsMeasured() {
        assertThat(ours().get("direct_memory_bytes_Number")).isPositive();
        assertThat(ours().get("native_heap_bytes_Number")).isGreaterThan(1 << 20);
        assertThat(ours().get("mapped_memory_bytes_Number")).isNotNegative();
        assertThat(ours().get("batch_fill_Number")).isBetween(0.1, 1.0);
    }

    @Test
    void theDriverSumsWhatExecutorsSend() {
        Await.until("the driver has the executor's last numbers", Duration.ofSeconds(20), () -> ours().get(
                        "job_images_Number")
                .equals(ours().get("images_Count")));
        assertThat(ours().get("job_executors_Number")).isOne();
        assertThat(ours().get("job_failed_images_empty_Number")).isEqualTo(ours().get("failed_images_empty_Number"));
    }

    @Test
    void jobsSayWhatTheyAreFor() throws IOException {
        String id = spark.sparkContext().applicationId();
        JsonNode jobs = new ObjectMapper().readTree(Prometheus.get(page + "/api/v1/applications/" + id + "/jobs"));
        List<String> descriptions = new ArrayList<>();
        jobs.forEach(job -> descriptions.add(job.path("description").asText()));
        assertThat(descriptions)
                .contains(
                        "extract: commit 1 of 2, 40 images",
                        "extract: commit 2 of 2, 21 images",
                        "count the rows of run=" + record.run() + "-0001");
        jobs.forEach(job -> assertThat(job.path("jobGroup").asText()).isEqualTo(record.run()));
        JsonNode stages = new ObjectMapper().readTree(Prometheus.get(page + "/api/v1/applications/" + id + "/stages"));
        assertThat(stages.findValuesAsText("description")).contains("extract: commit 1 of 2, 40 images");
    }
}
