package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.testkit.ExactKeyStore;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets of S3 that S3Proxy cannot be: with versions, with archived objects, whose readers pay. */
final class S3BucketsIT {
    @TempDir
    private Path folder;

    private final ExactKeyStore store = ExactKeyStore.start(ExactKeyStore.Listing.ENCODED_ON_REQUEST);
    private SparkSession spark;

    @BeforeEach
    void fill() {
        store.put("photos/1.png", Pictures.drawn("png", 40, 30, 1));
        store.put("photos/2.png", Pictures.drawn("png", 40, 30, 2));
    }

    @AfterEach
    void close() {
        spark.stop();
        store.close();
    }

    private ExtractRequest request(InputRequest input) {
        return ExtractRequests.builder(folder)
                .input(input)
                .output(folder + "/features")
                .maxFailures(FailureLimit.parse("100%"))
                .build();
    }

    /** Each row's status and error by path. */
    private Map<String, String> run(InputRequest input) {
        Extract.run(spark, request(input));
        Map<String, String> rows = new TreeMap<>();
        for (Row row : spark.read().format("vitrine").load(folder + "/features").collectAsList()) {
            rows.put(
                    row.getAs("path"),
                    row.getAs("status") + (row.getAs("error") == null ? "" : ": " + row.getAs("error")));
        }
        return rows;
    }

    @Test
    void anArchivedObjectIsARowThatSaysSo() {
        store.putArchived("photos/3.png", Pictures.drawn("png", 40, 30, 3));
        spark = LocalSpark.session(store.settings());
        Map<String, String> rows = run(InputRequest.under("s3a://archived-bucket/photos"));
        assertThat(rows).hasSize(3).containsEntry("s3a://archived-bucket/photos/1.png", "ok");
        assertThat(rows.get("s3a://archived-bucket/photos/3.png"))
                .startsWith(
                        "unreadable: archived: restore the object first. The store said: HTTP 403 InvalidObjectState");
    }

    @Test
    void ofABucketWithVersionsTheNewestAreRead() throws IOException {
        store.put("photos/3.png", Pictures.drawn("png", 40, 30, 3));
        store.markDeleted("photos/2.png");
        spark = LocalSpark.session(store.settings());
        assertThat(run(InputRequest.under("s3a://versions-bucket/photos")))
                .containsOnly(
                        Map.entry("s3a://versions-bucket/photos/1.png", "ok"),
                        Map.entry("s3a://versions-bucket/photos/3.png", "ok"));
        Path list = Files.writeString(folder.resolve("list.txt"), "s3://versions-bucket/photos/2.png");
        assertThat(run(InputRequest.list(list.toString())))
                .containsEntry(
                        "s3a://versions-bucket/photos/2.png", "missing: nothing at s3a://versions-bucket/photos/2.png");
        assertThat(store.parameters()).doesNotContain("versions", "versionId");
    }

    @Test
    void aBucketWhoseReadersPayIsReadIfTheyAgree() {
        store.requireRequesterPays();
        Map<String, String> settings = new HashMap<>(store.settings());
        settings.put("fs.s3a.bucket.paid-bucket.requester.pays.enabled", "true");
        SparkConf conf = LocalSpark.conf(settings);
        InputRequest input = InputRequest.under("s3a://paid-bucket/photos");
        Extract.configure(conf, request(input));
        spark = SparkSession.builder().config(conf).getOrCreate();
        assertThat(run(input)).hasSize(2).allSatisfy((path, status) -> assertThat(status)
                .isEqualTo("ok"));
        assertThatThrownBy(() -> run(InputRequest.under("s3a://unpaid-bucket/photos")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("access denied");
    }
}
