package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.OmissionReason;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a table is read and exchanged for a commit, of cells that can't be compressed. */
final class CellExchangeIT {
    private static final int FILES = 8;
    private static final int ROWS = 800;
    private static final int CELL_BYTES = 4_000;
    private static final long TABLE_BYTES = (long) ROWS * CELL_BYTES;
    private static final int COMMITS = 4;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Bytes bytes;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
        // Parquet reads many ranges in threads of Hadoop's on Spark 4, whose bytes Spark does not count.
        spark.sparkContext().hadoopConfiguration().set("parquet.hadoop.vectored.io.enabled", "false");
        bytes = new Bytes();
        spark.sparkContext().addSparkListener(bytes);
        spark.range(ROWS)
                .selectExpr(
                        "concat('sku ', id) AS sku",
                        "aes_encrypt(cast(repeat('x', " + (CELL_BYTES - 28)
                                + ") AS binary), cast(lpad(cast(id AS string)," + " 16, '0') AS binary)) AS image")
                .repartition(FILES)
                .write()
                .parquet(folder + "/table");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** What all tasks have read and sent. */
    private static final class Bytes extends SparkListener {
        private final LongAdder read = new LongAdder();
        private final LongAdder exchanged = new LongAdder();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            read.add(task.taskMetrics().inputMetrics().bytesRead());
            exchanged.add(task.taskMetrics().shuffleWriteMetrics().bytesWritten());
        }

        void reset() throws TimeoutException {
            await();
            read.reset();
            exchanged.reset();
        }

        /** Events come later than the results. */
        void await() throws TimeoutException {
            spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
        }
    }

    private static CellTable table() {
        return table("table", "sku");
    }

    private static CellTable table(String name, String idColumn) {
        return new CellReader(
                        spark,
                        new InputRequest.CellTable(folder + "/" + name, "image", Optional.of(idColumn)),
                        List.of(),
                        Integer.MAX_VALUE)
                .read();
    }

    private static List<WorkItem> items(ImageCatalog images) {
        int third = (int) images.count() / 3 + 1;
        try (Broadcasts broadcasts = broadcasts()) {
            return images.partitions(broadcasts, List.of(third, third, third), Optional.empty())
                    .collect();
        }
    }

    private static Broadcasts broadcasts() {
        return new Broadcasts(JavaSparkContext.fromSparkContext(spark.sparkContext()));
    }

    private static List<String> paths(List<WorkItem> items) {
        return items.stream().map(item -> item.ref().path()).toList();
    }

    private static String[] skus() {
        String[] skus = new String[ROWS];
        for (int i = 0; i < ROWS; i++) {
            skus[i] = "sku " + i;
        }
        return skus;
    }

    @Test
    void theCommitsOfARunReadAndExchangeATableOnce() throws TimeoutException {
        CommitBatches batches =
                CommitBatches.of(spark, table().snapshot(spark, folder + "/list"), ROWS / COMMITS, folder + "/commits");
        assertThat(batches.batches()).hasSize(COMMITS);
        bytes.reset();
        List<String> done = new ArrayList<>();
        for (CommitBatches.CommitBatch batch : batches.batches()) {
            assertThat(batch.count()).isBetween(ROWS / COMMITS - 40L, ROWS / COMMITS + 40L);
            List<WorkItem> items = items(batch.images());
            assertThat(items).hasSize((int) batch.count()).allSatisfy(item -> {
                assertThat(item.ref().length()).isEqualTo(CELL_BYTES);
                assertThat(item.ref().etag()).hasSize(64);
            });
            done.addAll(paths(items));
        }
        bytes.await();
        assertThat(done).containsExactlyInAnyOrder(skus());
        assertThat(bytes.exchanged.sum()).isBetween(TABLE_BYTES, TABLE_BYTES + TABLE_BYTES / 5);
        assertThat(bytes.read.sum()).isBetween(TABLE_BYTES, TABLE_BYTES + TABLE_BYTES / 5);
    }

    /** As of a Delta or Iceberg table, whose files Spark can't leave out. */
    @Test
    void withoutFilesACommitExchangesItsOwnRows() throws TimeoutException {
        CellTable table = table();
        Dataset<Row> cells =
                table.cells().withColumn(CellTable.FILE, functions.lit(null).cast("string"));
        CellTable fileless =
                new CellTable(CellTable.images(cells), cells, table.form(), table.omissions(), Optional.empty());
        CommitBatches batches = CommitBatches.of(spark, fileless, ROWS / COMMITS, folder + "/commits-without-files");
        assertThat(batches.batches()).hasSize(COMMITS);
        bytes.reset();
        List<String> done = new ArrayList<>();
        batches.batches().forEach(batch -> done.addAll(paths(items(batch.images()))));
        bytes.await();
        assertThat(done).containsExactlyInAnyOrder(skus());
        assertThat(bytes.exchanged.sum()).isBetween(TABLE_BYTES, TABLE_BYTES + TABLE_BYTES / 4);
    }

    @Test
    void aRowThatTheTableHasLostIsMissing() {
        CellTable table = table();
        CellTable lost = new CellTable(
                table.rows().where("path IN ('sku 1', 'sku 2', 'sku 3')"),
                table.cells()
                        .where("vitrine_path <> 'sku 2'")
                        .unionAll(table.cells().where("vitrine_path = 'sku 3'")),
                table.form(),
                new Omissions(),
                Optional.empty());
        List<WorkItem> items = items(lost);
        assertThat(paths(items)).containsExactlyInAnyOrder("sku 1", "sku 2", "sku 3");
        assertThat(items.stream()
                        .filter(item -> item.ref().path().equals("sku 2"))
                        .map(item -> item.ref().source()))
                .containsExactly(new ImageSource.Unavailable(
                        RejectionReason.MISSING,
                        "the table no longer has the row that it had when the run was planned"));
    }

    /** Latin-1, as a program that knows no other has written it. Two ids that differ in such bytes only are one image. */
    @Test
    void idsThatAreNotUtf8AreFound() {
        spark.range(50)
                .selectExpr(
                        "cast(concat(cast(concat('caf', id) AS binary), X'E9') AS string) AS sku",
                        "cast('x' AS binary) AS image")
                .unionAll(
                        spark.sql(
                                "SELECT cast(concat(cast('caf7' AS binary), X'E8') AS string) AS sku, cast('y' AS binary) AS image"))
                .write()
                .parquet(folder + "/latin");
        CellTable table = table("latin", "sku");
        assertThat(table.omissions().count(OmissionReason.DUPLICATE_PATH)).isEqualTo(1);
        assertThat(items(table))
                .hasSize(50)
                .allSatisfy(item -> assertThat(item.ref().length()).isEqualTo(1))
                .extracting(item -> item.ref().path())
                .contains("caf7\uFFFD")
                .doesNotHaveDuplicates();
    }

    @Test
    void idsOfBytesAreRefused() {
        spark.sql("SELECT X'00112233445566778899AABBCCDDEEFF' AS uuid, cast('x' AS binary) AS image")
                .write()
                .parquet(folder + "/binary");
        assertThatThrownBy(() -> table("binary", "uuid"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("The id column 'uuid' of " + folder + "/binary holds binary, which names no image. Give"
                        + " --id-column a column of text or numbers: add one to the table, such as hex(uuid).");
    }

    @Test
    void executorsDropTheFilterOfACommit() {
        JavaRDD<WorkItem> items;
        try (Broadcasts broadcasts = broadcasts()) {
            items = table().partitions(broadcasts, List.of(10, 10), Optional.empty());
            assertThat(items.count()).isEqualTo(ROWS);
        }
        assertThatThrownBy(items::count).hasStackTraceContaining("destroyed");
    }
}
