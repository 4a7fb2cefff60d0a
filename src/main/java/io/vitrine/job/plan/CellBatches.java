package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import io.vitrine.catalog.ImageRefSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Divides the images of a table of cells so that a commit has whole files of the table, and reads no others. The files follow each
 * other in one line, each as long as it has images; the line is cut into batches, and a file at a cut is divided by a hash of its
 * images' paths.
 */
final class CellBatches {
    private static final String BATCH_FILE = "vitrine_batch_file";
    private static final String BEFORE = "vitrine_before";
    private static final String IMAGES = "vitrine_images";
    private static final StructType PLACES = new StructType()
            .add(BATCH_FILE, DataTypes.StringType)
            .add(BEFORE, DataTypes.LongType)
            .add(IMAGES, DataTypes.LongType);

    private CellBatches() {}

    /**
     * Adds the number of its batch to each image. The driver lists the table's files, not their rows.
     *
     * @param images rows of a {@link CellTable}
     * @param batches how many, of about the same size
     * @param name of the new column
     */
    static Dataset<Row> number(Dataset<Row> images, int batches, String name) {
        List<Row> places = places(images);
        long total = places.stream().mapToLong(place -> place.getLong(2)).sum();
        long size = (total + batches - 1) / batches;
        // Another hash than Spark's exchange has: else a batch's images would go to a few of its tasks.
        Column within = pmod(xxhash64(col(ImageRefSchema.PATH)), col(IMAGES));
        Dataset<Row> known = images.sparkSession().createDataFrame(places, PLACES);
        return images.join(broadcast(known), images.col(CellTable.FILE).eqNullSafe(known.col(BATCH_FILE)))
                .withColumn(name, col(BEFORE).plus(within).divide(lit(size)).cast("int"))
                .drop(BATCH_FILE, BEFORE, IMAGES);
    }

    /** Each file of the table, with its place in the line. */
    private static List<Row> places(Dataset<Row> images) {
        List<Row> files = images.groupBy(CellTable.FILE)
                .agg(count(lit(1)))
                .orderBy(CellTable.FILE)
                .collectAsList();
        List<Row> places = new ArrayList<>();
        long before = 0;
        for (Row file : files) {
            places.add(RowFactory.create(file.getString(0), before, file.getLong(1)));
            before += file.getLong(1);
        }
        return places;
    }
}
