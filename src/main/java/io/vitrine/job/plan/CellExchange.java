package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.job.rows.WorkItem;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.sketch.BloomFilter;

/**
 * Brings the cells of a commit to its tasks. What is not asked for stays where it is: files that hold none of the images are not
 * read where Spark can tell them apart, and of the others a Bloom filter leaves out the rows of other commits, before their cells
 * are hashed and exchanged.
 */
final class CellExchange {
    private static final long BITS_PER_IMAGE = 10; // 1% of the other rows pass
    private static final long MAX_BITS = 1L << 29; // 64 MiB, in the driver and in each executor

    private final CellTable table;
    private final Broadcasts broadcasts;

    CellExchange(CellTable table, Broadcasts broadcasts) {
        this.table = table;
        this.broadcasts = broadcasts;
    }

    /** The images of {@link CellTable#rows}, in as many partitions as there are {@code sizes}. */
    JavaRDD<WorkItem> items(List<Integer> sizes) {
        // A plain folder may lose files while the run goes on: their images are counted as missing.
        table.cells().sparkSession().conf().set("spark.sql.files.ignoreMissingFiles", "true");
        Column path = col(CellTable.PATH);
        JavaRDD<Row> asked = table.rows()
                .select(col(ImageRefSchema.PATH))
                .repartition(sizes.size(), col(ImageRefSchema.PATH))
                .javaRDD();
        JavaRDD<Row> cells = ofAskedFiles()
                .where(path.isNotNull().and(isAsked(path, sizes)))
                .repartition(sizes.size(), path) // rows of one path go where it is asked for
                .javaRDD();
        return asked.zipPartitions(
                cells, new CellItems(table.form(), table.carried().size()));
    }

    /** Spark asks the filter for each file of a folder, and reads those that pass. Of Delta and Iceberg tables it reads all. */
    private Dataset<Row> ofAskedFiles() {
        Set<String> files = table.rows().select(CellTable.FILE).distinct().collectAsList().stream()
                .map(row -> row.getString(0))
                .collect(Collectors.toSet());
        if (files.contains(null)) {
            return table.cells();
        }
        Broadcast<Set<String>> asked = broadcasts.send(files);
        UDF1<String, Boolean> has = file -> asked.value().contains(file);
        return table.cells().where(udf(has, DataTypes.BooleanType).apply(col(CellTable.FILE)));
    }

    /** Asks with the bytes of the path, with which Spark fills the filter: text of Java could have others. */
    private Column isAsked(Column path, List<Integer> sizes) {
        long images = Math.max(1, sizes.stream().mapToLong(Integer::longValue).sum());
        Broadcast<BloomFilter> asked = broadcasts.send(table.rows()
                .stat()
                .bloomFilter(ImageRefSchema.PATH, images, Math.min(MAX_BITS, images * BITS_PER_IMAGE)));
        UDF1<byte[], Boolean> mightBe = bytes -> asked.value().mightContainBinary(bytes);
        return udf(mightBe, DataTypes.BooleanType).apply(path.cast("binary"));
    }
}
