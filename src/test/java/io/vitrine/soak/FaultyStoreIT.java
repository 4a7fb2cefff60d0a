package io.vitrine.soak;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vitrine.StorageException;
import io.vitrine.TooManyFailuresException;
import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Fault;
import io.vitrine.testkit.FaultProxy;
import io.vitrine.testkit.FaultProxy.Rule;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole runs on a store that fails, behind {@link FaultProxy}. Whatever fails, each image has one row among the counted ones, and
 * the features are those of an undisturbed run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultyStoreIT {
    private static final String INPUT = "s3a://soak-images/a";
    private static final int IMAGES = Soak.rounds(44, 2000);
    private static final int IMAGES_PER_COMMIT = IMAGES / 2;

    private static final Duration OBJECT_TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    private static Path folder;

    private ObjectStore store;
    private FaultProxy proxy;
    private SparkSession spark;
    private Map<String, String> undisturbed;
    private String output;

    @BeforeAll
    void start() {
        store = ObjectStore.start(folder, "soak-images", "soak-features");
        for (int i = 0; i < IMAGES; i++) {
            store.put(String.format(Locale.ROOT, "%s/%04d.png", INPUT, i), Pictures.drawn("png", 40, 30, i));
        }
        proxy = FaultProxy.start(store.server().endpoint(), 18);
        Map<String, String> hadoop = new HashMap<>(store.settings());
        hadoop.putAll(proxy.clientSettings());
        SparkConf conf = LocalSpark.conf(hadoop);
        Extract.configure(conf, request("s3a://soak-features/any"));
        spark = SparkSession.builder().config(conf).getOrCreate();
        output = store.newFolder("soak-features");
        undisturbed = run();
        assertThat(undisturbed).hasSize(IMAGES).allSatisfy((path, row) -> assertThat(row)
                .startsWith("ok"));
    }

    @BeforeEach
    void newOutput() {
        output = store.newFolder("soak-features");
        proxy.bringBack();
        proxy.inject();
    }

    @AfterAll
    void stop() {
        spark.stop();
        proxy.close();
        store.close();
    }

    @Test
    void faultsThatPassChangeNothing() {
        double share = 0.02;
        proxy.inject(
                Rule.of("GET /soak-images/a/", Fault.RESET_MIDDLE, share),
                Rule.of("GET /soak-images/a/", Fault.SHORT_BODY, share),
                Rule.of("GET /soak-images/a/", Fault.WRONG_LENGTH, share),
                Rule.of("GET /soak-images/a/", Fault.SLOW_FIRST_BYTE, share),
                Rule.of("", Fault.STATUS_500, share),
                Rule.of("", Fault.STATUS_503, share),
                Rule.of("", Fault.RESET_BEFORE, share));
        Extract.run(spark, request(output));
        assertThat(proxy.hits("GET /soak-images/a/")).isPositive();
        assertThat(rows()).isEqualTo(undisturbed);
    }

    static boolean isFull() {
        return Soak.isFull();
    }

    @ParameterizedTest
    @EnabledIf(value = "isFull", disabledReason = "takes minutes; jobs/soak runs it")
    @MethodSource("io.vitrine.testkit.Fault#passing")
    void eachFaultThatPassesChangesNothing(Fault fault) {
        for (double share : new double[] {0.01, 0.05}) {
            newOutput();
            proxy.inject(Rule.of("GET /soak-images/a/", fault, share));
            Extract.run(spark, request(output));
            assertThat(proxy.hits("GET /soak-images/a/")).isPositive();
            assertThat(rows()).isEqualTo(undisturbed);
        }
    }

    @Test
    void imagesThatTheStoreDoesNotDeliverCostTheirRowsInTheirTime() {
        Map<String, String> errors = Map.of(
                "0003", "HTTP 500 InternalError, request FAULT: injected",
                "0004", "HTTP 403 AccessDenied, request FAULT: injected",
                "0022", "too slow: ",
                "0042", "too slow: ");
        proxy.inject(
                Rule.always("GET /soak-images/a/0003", Fault.STATUS_500),
                Rule.always("GET /soak-images/a/0004", Fault.STATUS_403),
                Rule.always("GET /soak-images/a/0022", Fault.STALL),
                Rule.always("GET /soak-images/a/0042", Fault.TRICKLE));
        Map<String, String> rows = run();
        assertThat(rows).hasSameSizeAs(undisturbed).allSatisfy((path, row) -> {
            String number = path.replaceFirst(".*/(.*)\\.png", "$1");
            if (errors.containsKey(number)) {
                assertThat(row).startsWith("unreadable ").contains(errors.get(number));
            } else {
                assertThat(row).isEqualTo(undisturbed.get(path));
            }
        });
    }

    /** Rights that are missing for a night say nothing about the images. */
    @Test
    void imagesThatMayNotBeReadFailTheRunAndAreReadByTheNext() {
        proxy.inject(Rule.always("GET /soak-images/a/000", Fault.STATUS_403)); // ten images
        assertThatThrownBy(() -> Extract.run(spark, request(output, new FailureLimit.Count(9))))
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessageContaining("unreadable");
        Map<String, String> rows = rows();
        long done = rows.values().stream().filter(row -> row.startsWith("ok ")).count();
        assertThat(rows.values())
                .filteredOn(row -> row.startsWith("unreadable "))
                .hasSize(10);
        assertThat(done).isPositive();
        RunRecord next = Extract.run(spark, request(output, new FailureLimit.Count(9)));
        assertThat(next.total()).isEqualTo(IMAGES - done);
        assertThat(rows("ok")).isEqualTo(undisturbed);
    }

    @Test
    void aStoreThatDiesStopsTheRunAndTheNextOneContinues() {
        String inTheSecondCommit = String.format(Locale.ROOT, "%04d", IMAGES - 2);
        proxy.inject(Rule.always("GET /soak-images/a/" + inTheSecondCommit, Fault.DOWN));
        StorageException stop = catchThrowableOfType(StorageException.class, this::run);
        assertThat(stop)
                .hasMessageStartingWith(
                        String.format(Locale.ROOT, "The run stopped; %,d images are committed", IMAGES_PER_COMMIT))
                .extracting(StorageException::outlook)
                .isEqualTo(StorageException.Outlook.TRANSIENT);
        proxy.inject();
        proxy.bringBack();
        store.delete(output + "/_vitrine/leases"); // the run could not give its lease back; it would expire
        assertThat(run()).isEqualTo(undisturbed);
    }

    private ExtractRequest request(String place) {
        return request(place, FailureLimit.DEFAULT);
    }

    private ExtractRequest request(String place, FailureLimit maxFailures) {
        return ExtractRequests.builder(folder)
                .input(InputRequest.under(INPUT))
                .output(place)
                .columns("pooler_output")
                .maxFailures(maxFailures)
                .tasks(TaskSettings.builder()
                        .batchSize(ExtractRequests.BATCH_SIZE)
                        .objectTimeout(OBJECT_TIMEOUT)
                        .partitions(2)
                        .build())
                .rerun(RerunPolicy.builder().imagesPerCommit(IMAGES_PER_COMMIT).build())
                .build();
    }

    /** Runs, and reads the output without faults. */
    private Map<String, String> run() {
        Extract.run(spark, request(output));
        return rows();
    }

    private Map<String, String> rows() {
        return rows("%");
    }

    /**
     * Status, error and features by path. Requires one row for each path.
     *
     * @param status of the rows, as a pattern of SQL
     */
    private Map<String, String> rows(String status) {
        proxy.inject();
        List<Row> rows = spark.read()
                .format("vitrine")
                .load(output)
                .where(col("status").like(status))
                .select("path", "status", "error", "pooler_output")
                .collectAsList();
        Map<String, String> byPath = new TreeMap<>();
        for (Row row : rows) {
            String text = row.getString(1) + " " + row.getString(2) + " " + row.get(3);
            assertThat(byPath.put(row.getString(0), text)).isNull();
        }
        return byPath;
    }
}
