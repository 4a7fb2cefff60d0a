package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.VitrineException;
import io.vitrine.catalog.DistributedImageLister;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.InputListReader;
import io.vitrine.catalog.TaskSizes;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.rows.WorkItem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Images: a short listing, held here; or a table of any length, of a long listing or of paths with other columns.
 *
 * @param refs the listing, or null
 * @param table the columns of {@link ImageRefSchema} first and the carried ones after them, or null
 */
public record ImageCatalog(List<ImageRef> refs, Dataset<Row> table) {
    /** Images that the driver holds in memory, about 40 MB; longer listings are tables. */
    static final int FEW = 100_000;

    private static final Object[] NOTHING = new Object[0];

    /**
     * Finds the images of {@code config}.
     *
     * @param slots tasks that run at once
     * @throws VitrineException if the input cannot be read
     */
    static ImageCatalog find(SparkSession spark, ExtractRequest config, int slots) {
        if (config.inputs().list() != null) {
            return new ImageCatalog(null, named(spark, config));
        }
        ImageLister listing = new ImageLister(
                spark.sessionState().newHadoopConf(), config.inputs().include());
        Optional<List<ImageRef>> few = listing.list(config.inputs().folders(), FEW);
        return few.map(refs -> new ImageCatalog(refs, null))
                .orElseGet(() -> new ImageCatalog(
                        null,
                        DistributedImageLister.list(
                                spark,
                                config.inputs().folders(),
                                config.inputs().include(),
                                slots)));
    }

    private static Dataset<Row> named(SparkSession spark, ExtractRequest config) {
        Dataset<Row> table = InputListReader.read(
                spark, config.inputs().list(), config.inputs().pathColumn());
        Stream<Column> image = Stream.of(
                col("`" + config.inputs().pathColumn() + "`").as(ImageRefSchema.PATH),
                lit(null).cast("long").as("length"),
                lit(null).cast("long").as("modified"),
                lit(null).cast("string").as("etag"));
        Stream<Column> carried = Arrays.stream(table.columns())
                .filter(name -> !name.equals(config.inputs().pathColumn()))
                .map(name -> col("`" + name + "`"));
        return table.select(Stream.concat(image, carried).toArray(Column[]::new));
    }

    /** The columns carried through. */
    List<StructField> carried() {
        return refs != null
                ? List.of()
                : Arrays.asList(table.schema().fields())
                        .subList(ImageRefSchema.COLUMN_COUNT, table.schema().length());
    }

    /** A table written down in {@code folder}, so that it is made once; a short listing as it is. */
    public ImageCatalog written(SparkSession spark, String folder) {
        if (refs != null) {
            return this;
        }
        table.write().parquet(folder);
        return new ImageCatalog(null, spark.read().schema(table.schema()).parquet(folder));
    }

    /** All of it as a table. */
    public Dataset<Row> asTable(SparkSession spark) {
        return refs == null ? table : ImageRefSchema.table(spark, refs);
    }

    /** What of it earlier runs have not done. */
    public ImageCatalog without(PreviousResults committed, boolean retryFailed, SparkSession spark) {
        Dataset<Row> left = committed.subtract(asTable(spark), retryFailed);
        if (refs == null) {
            return new ImageCatalog(null, left);
        }
        return new ImageCatalog(
                left.collectAsList().stream()
                        .map(ImageRefSchema::fromRow)
                        .sorted(java.util.Comparator.comparing(ImageRef::path))
                        .toList(),
                null);
    }

    public long count() {
        return refs == null ? table.count() : refs.size();
    }

    /** Bytes of all images, or -1 where they are not known here. */
    public long bytes() {
        return refs == null ? -1 : refs.stream().mapToLong(ImageRef::length).sum();
    }

    /** The first few images. */
    public List<WorkItem> first(int most) {
        return refs == null
                ? table.limit(most).javaRDD().map(new FromRow()).collect()
                : refs.stream().limit(most).map(new FromRef()::call).toList();
    }

    /**
     * The work, in slices of {@code sizes}, of a table about.
     *
     * @param profile of the stage that reads a table
     */
    public JavaRDD<WorkItem> slices(JavaSparkContext spark, List<Integer> sizes, Optional<ResourceProfile> profile) {
        if (refs == null) {
            JavaRDD<WorkItem> items = table.javaRDD().map(new FromRow());
            return profile.map(items::withResources)
                    .orElse(items)
                    .keyBy(item -> item.ref().path())
                    .partitionBy(new WeightedPartitioner(sizes))
                    .values();
        }
        List<List<ImageRef>> slices = TaskSizes.slice(refs, sizes);
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

    /** A table's row: the image, and the rest carried. */
    private static final class FromRow implements Function<Row, WorkItem> {
        private static final long serialVersionUID = 1;

        @Override
        public WorkItem call(Row row) {
            Object[] carried = new Object[row.length() - ImageRefSchema.COLUMN_COUNT];
            for (int i = 0; i < carried.length; i++) {
                carried[i] = row.get(ImageRefSchema.COLUMN_COUNT + i);
            }
            return new WorkItem(ImageRefSchema.fromRow(row), carried);
        }
    }
}
