package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.table.FeatureTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run's images in batches: each is committed before the next begins. A table is written to storage first, so the content of a
 * batch depends on nothing that changes while the run goes on.
 */
public final class CommitBatches {
    private static final String BATCH = "vitrine_batch";

    private final List<CommitBatch> batches;

    /** The images of one commit. */
    public record CommitBatch(ImageCatalog images, long count) {}

    private CommitBatches(List<CommitBatch> batches) {
        this.batches = List.copyOf(batches);
    }

    /** The batches, in the order of their commits. */
    public List<CommitBatch> batches() {
        return batches;
    }

    /** The images of all batches. */
    public long count() {
        return batches.stream().mapToLong(CommitBatch::count).sum();
    }

    /**
     * Divides {@code images}.
     *
     * @param imagesPerCommit the largest batch; a table's batches have about this size
     * @param folder where a table is written
     */
    public static CommitBatches of(SparkSession spark, ImageCatalog images, long imagesPerCommit, String folder) {
        return images instanceof ImageListing listing
                ? ofListing(listing.refs(), imagesPerCommit)
                : ofTable(spark, images, imagesPerCommit, folder);
    }

    private static CommitBatches ofListing(List<ImageRef> refs, long imagesPerCommit) {
        List<CommitBatch> batches = new ArrayList<>();
        int size = (int) Math.min(imagesPerCommit, refs.size());
        for (int from = 0; from < refs.size(); from += size) {
            List<ImageRef> batch = refs.subList(from, Math.min(refs.size(), from + size));
            batches.add(new CommitBatch(new ImageListing(List.copyOf(batch)), batch.size()));
        }
        return new CommitBatches(batches);
    }

    private static CommitBatches ofTable(SparkSession spark, ImageCatalog images, long imagesPerCommit, String folder) {
        String written = folder + "/all";
        images.asTable(spark).write().parquet(written);
        Dataset<Row> table = spark.read()
                .options(FeatureTable.WHOLE_FILES)
                .schema(images.asTable(spark).schema())
                .parquet(written);
        long count = table.count();
        if (count == 0) {
            return new CommitBatches(List.of());
        }
        if (count <= imagesPerCommit) {
            return new CommitBatches(List.of(new CommitBatch(images.withRows(table), count)));
        }
        return ofLargeTable(
                spark, images, table, Math.toIntExact((count + imagesPerCommit - 1) / imagesPerCommit), folder);
    }

    private static CommitBatches ofLargeTable(
            SparkSession spark, ImageCatalog images, Dataset<Row> table, int number, String folder) {
        String written = folder + "/batches";
        Dataset<Row> numbered = images instanceof CellTable
                ? CellBatches.number(table, number, BATCH)
                : table.withColumn(BATCH, pmod(hash(ImageRefSchema.file()), lit(number)));
        numbered.repartition(col(BATCH)).write().partitionBy(BATCH).parquet(written);
        List<CommitBatch> batches = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Dataset<Row> batch = spark.read()
                    .options(FeatureTable.WHOLE_FILES)
                    .parquet(written)
                    .where(col(BATCH).equalTo(i))
                    .drop(BATCH);
            long size = batch.count();
            if (size > 0) {
                batches.add(new CommitBatch(images.withRows(batch), size));
            }
        }
        return new CommitBatches(batches);
    }
}
