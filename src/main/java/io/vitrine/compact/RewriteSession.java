package io.vitrine.compact;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A session whose tasks read as many bytes of files as make one file, in small batches of rows. */
final class RewriteSession {
    private static final long BATCH_BYTES = 16 << 20;
    private static final int MOST_ROWS = 4096; // Spark's default, for rows of a few numbers

    private RewriteSession() {}

    /**
     * Such a session, beside {@code spark}, whose own settings stay.
     *
     * @param sourceBytes of files that a task reads
     * @param rowBytes of a row
     * @param shuffles tasks after an exchange of rows
     */
    static SparkSession of(SparkSession spark, long sourceBytes, long rowBytes, long shuffles) {
        SparkSession session = spark.newSession();
        Map.of(
                        "spark.sql.files.maxPartitionBytes",
                        sourceBytes,
                        "spark.sql.files.openCostInBytes",
                        0L,
                        "spark.sql.files.minPartitionNum",
                        1L,
                        "spark.sql.parquet.columnarReaderBatchSize",
                        batch(rowBytes),
                        "spark.sql.shuffle.partitions",
                        shuffles)
                .forEach((name, value) -> session.conf().set(name, value.toString()));
        session.conf().set("spark.sql.adaptive.enabled", "false"); // it would make files of another size
        return session;
    }

    /** Spark's reader holds a batch of whole rows. */
    private static long batch(long rowBytes) {
        return Math.max(1, Math.min(MOST_ROWS, BATCH_BYTES / Math.max(1, rowBytes)));
    }
}
