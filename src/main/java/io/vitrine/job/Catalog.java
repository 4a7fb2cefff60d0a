package io.vitrine.job;

import io.vitrine.VitrineException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.InputTable;
import io.vitrine.catalog.Listing;
import io.vitrine.catalog.Partitions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/**
 * What a run has to do: images found by listing, or rows of a table that names them.
 *
 * @param refs the listing, or null
 * @param table the path column first and the carried ones after it, or null
 * @param bytes of all images, or -1 where no listing said
 */
record Catalog(List<ImageRef> refs, Dataset<Row> table, long count, long bytes) {
    private static final Object[] NOTHING = new Object[0];

    /**
     * Finds the images.
     *
     * @throws VitrineException if the input cannot be read or there are none
     */
    static Catalog find(SparkSession spark, JobConfig config) {
        Catalog catalog = config.inputList() == null ? listed(spark, config) : tabled(spark, config);
        if (catalog.count == 0) {
            throw new VitrineException("No images in "
                    + (config.inputList() == null ? String.join(", ", config.inputs()) : config.inputList())
                    + ". Check the path and --include (" + config.include() + ").");
        }
        return catalog;
    }

    private static Catalog listed(SparkSession spark, JobConfig config) {
        List<ImageRef> refs = new Listing(spark.sessionState().newHadoopConf(), config.include()).list(config.inputs());
        long bytes = refs.stream().mapToLong(ImageRef::length).sum();
        return new Catalog(refs, null, refs.size(), bytes);
    }

    private static Catalog tabled(SparkSession spark, JobConfig config) {
        Dataset<Row> table = InputTable.read(spark, config.inputList(), config.pathColumn());
        Column[] columns = Stream.concat(
                        Stream.of(config.pathColumn()),
                        Arrays.stream(table.columns()).filter(name -> !name.equals(config.pathColumn())))
                .map(name -> functions.col("`" + name + "`"))
                .toArray(Column[]::new);
        Dataset<Row> ordered = table.select(columns);
        return new Catalog(null, ordered, table.count(), -1);
    }

    /** The columns carried through. */
    List<StructField> carried() {
        return refs != null
                ? List.of()
                : Arrays.asList(table.schema().fields())
                        .subList(1, table.schema().length());
    }

    /** How many tasks this is worth. */
    int partitions(JobConfig config, int slots) {
        return config.partitions() > 0 ? (int) Math.min(config.partitions(), count) : Partitions.count(count, slots);
    }

    /** The work, in {@code partitions} slices. */
    JavaRDD<WorkItem> slices(JavaSparkContext spark, int partitions) {
        if (refs == null) {
            return table.repartition(partitions).javaRDD().map(new FromRow());
        }
        List<List<ImageRef>> slices = Partitions.cut(refs, partitions);
        return spark.parallelize(slices, slices.size())
                .flatMap(slice -> slice.iterator())
                .map(new FromRef());
    }

    /** A listed image. */
    private static final class FromRef implements Function<ImageRef, WorkItem> {
        private static final long serialVersionUID = 1;

        @Override
        public WorkItem call(ImageRef ref) {
            return new WorkItem(ref, NOTHING);
        }
    }

    /** A table's row: the path, and the rest carried. */
    private static final class FromRow implements Function<Row, WorkItem> {
        private static final long serialVersionUID = 1;

        @Override
        public WorkItem call(Row row) {
            Object[] carried = new Object[row.length() - 1];
            for (int i = 0; i < carried.length; i++) {
                carried[i] = row.get(i + 1);
            }
            return new WorkItem(ImageRef.unlisted(row.getString(0)), carried);
        }
    }
}
