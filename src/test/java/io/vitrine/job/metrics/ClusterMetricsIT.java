package io.vitrine.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.Extract;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.report.RunRecord;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.Prometheus;
import io.vitrine.testkit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The driver's page of a cluster has the sums of what two executors did. */
@Timeout(200)
final class ClusterMetricsIT {
    private static final String PREFIX = "metrics_vitrine_driver_plugin_io_vitrine_job_metrics_MetricsPlugin_job_";

    @TempDir
    private Path folder;

    @Test
    void theDriverSumsWhatTwoExecutorsSend() throws IOException {
        try (StandaloneCluster cluster = StandaloneCluster.start(Files.createDirectory(folder.resolve("cluster")))) {
            cluster.startWorker(1);
            cluster.startWorker(1);
            ExtractRequest request = ExtractRequests.builder(folder)
                    .input(Path.of("demo/pictures").toAbsolutePath().toString())
                    .output(folder.resolve("out").toString())
                    .columns("pooler_output")
                    .tasks(TaskSettings.builder().partitions(6).build())
                    .build();
            SparkConf conf = LocalSpark.conf(Map.of())
                    .setMaster(cluster.url())
                    .set(
                            "spark.jars",
                            SparkLine.ofThisBuild()
                                    .jar(Path.of(""))
                                    .toAbsolutePath()
                                    .toString())
                    .set("spark.driver.host", "127.0.0.1")
                    .set("spark.executor.memory", "512m")
                    .set("spark.scheduler.minRegisteredResourcesRatio", "1")
                    .set("spark.ui.enabled", "true")
                    .set("spark.ui.port", "0")
                    .set("spark.metrics.namespace", "vitrine")
                    .set(
                            "spark.metrics.conf.*.sink.prometheusServlet.class",
                            "org.apache.spark.metrics.sink.PrometheusServlet")
                    .set("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
            ExtractRequest configured = Extract.configure(conf, request);
            try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
                String page = spark.sparkContext().uiWebUrl().get();
                RunRecord record = Extract.run(spark, configured);
                Await.until("the driver has the executors' last numbers", Duration.ofSeconds(20), () -> sums(page)
                        .get("images_Number")
                        .equals((double) record.total()));
                Map<String, Double> sums = sums(page);
                assertThat(record.total()).isEqualTo(60);
                assertThat(sums.get("executors_Number")).isEqualTo(2);
                assertThat(sums.get("model_loads_Number"))
                        .isEqualTo(record.modelLoads().size());
                assertThat(sums.get("batched_images_Number")).isEqualTo((double) record.ok());
                assertThat(sums.get("inference_seconds_Number")).isPositive();
            }
        }
    }

    /** The job's sums without their prefix. */
    private static Map<String, Double> sums(String page) {
        Map<String, Double> sums = new TreeMap<>();
        Prometheus.scrape(page + "/metrics/prometheus").forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                sums.put(name.substring(PREFIX.length()), value);
            }
        });
        return sums;
    }
}
