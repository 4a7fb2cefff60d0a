package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.HadoopCluster;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** YARN and HDFS: images, model and output are in HDFS, and the rows are those of local mode. */
@Timeout(600)
final class YarnIT {
    private static final int IMAGES = 60;
    private static final String ENGINE = "onnxruntime"; // executors have no jar of PyTorch
    private static final Path PICTURES = Path.of("demo/pictures").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static HadoopCluster cluster;
    private static Map<String, String> expected;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                SparkLine.ofThisBuild().spark().equals("3.5"),
                "YARN of Hadoop 3.4 needs JAXB 2, which Spark 4 has not: YARN is tested with Spark 3.5 only");
        Path output = folder.resolve("local");
        Launchers.run(
                        Launchers.extract()
                                .with("--input", PICTURES.toString(), "--model", DemoCheckpoint.location())
                                .with("--output", output.toString(), "--engine", ENGINE),
                        folder)
                .requireSuccess();
        expected = rows(output.toString(), Map.of());
        assertThat(expected).hasSize(IMAGES);
        cluster = HadoopCluster.start(Files.createDirectory(folder.resolve("cluster")));
        cluster.put(PICTURES, "/photos");
        cluster.put(DemoCheckpoint.FOLDER, "/model");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Submission extract(String output) {
        return cluster.extract().with("--input", "hdfs:///photos", "--output", "hdfs://" + output, "--engine", ENGINE);
    }

    private static ProcessResult run(Submission submission) {
        return Launchers.run(submission, folder);
    }

    private static Map<String, String> rows(String output) throws IOException {
        return rows(output, Map.of("fs.defaultFS", cluster.configuration().get("fs.defaultFS")));
    }

    /** Each image's status and vectors, by its file's name. */
    private static Map<String, String> rows(String output, Map<String, String> hadoop) throws IOException {
        try (SparkSession spark = LocalSpark.session(hadoop)) {
            Map<String, String> rows = new TreeMap<>();
            for (Row row : spark.read().format("vitrine").load(output).collectAsList()) {
                rows.put(
                        row.<String>getAs("path").replaceFirst(".*/", ""),
                        row.getAs("status") + " " + row.getList(row.fieldIndex("pooler_output")));
            }
            return rows;
        }
    }

    @Test
    void theDriverOnThisMachineGivesTheRowsOfLocalMode() throws IOException {
        String output = "/client";
        ProcessResult first =
                run(extract(output).with("--model", "hdfs:///model", "--conf", "spark.driver.host=127.0.0.1"));
        assertThat(first.requireSuccess().printed()).contains("60 images: 60 ok, 0 failed");
        assertThat(rows(output)).isEqualTo(expected);
        try (FileSystem hdfs = FileSystem.newInstance(cluster.configuration())) {
            assertThat(hdfs.exists(new org.apache.hadoop.fs.Path(output + "/_staging")))
                    .isFalse();
            assertThat(hdfs.listStatus(new org.apache.hadoop.fs.Path(output + "/_vitrine/leases")))
                    .isEmpty();
        }
    }

    @Test
    void theDriverInTheClusterGivesThemTooAndAnotherRunGoesOn() throws IOException {
        String output = "/cluster";
        Submission submission =
                extract(output).with("--model", "hdfs:///model", "--deploy-mode", "cluster", "--driver-memory", "512m");
        assertThat(run(submission).requireSuccess().printed()).contains("final status: SUCCEEDED");
        assertThat(rows(output)).isEqualTo(expected);
        run(submission).requireSuccess();
        assertThat(rows(output).keySet()).isEqualTo(expected.keySet());
        assertThat(cluster.containerLogs()).contains("60 images: 60 ok, 0 failed", "nothing to do");
    }

    /** spark-submit's status in cluster mode is 1; the reason is in the driver's log. */
    @Test
    void bothModesTellAFailure() {
        Submission submission = extract("/none").with("--model", "hdfs:///missing");
        ProcessResult client = run(submission).require(ExitCode.STORAGE_PERMANENT);
        String reason = client.err()
                .lines()
                .filter(line -> line.startsWith("error: "))
                .findFirst()
                .orElseThrow();
        assertThat(reason).contains("hdfs:///missing");
        assertThat(run(submission.with("--deploy-mode", "cluster")).status()).isOne();
        assertThat(cluster.containerLogs()).contains(reason);
    }
}
