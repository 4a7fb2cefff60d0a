package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.min;

import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.table.FeatureTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Images as a table of any length: a long listing, or an input list with its other columns.
 *
 * @param rows the columns of {@link ImageRefSchema}, then the carried ones
 * @param listed what the input has besides
 * @param archives whose members are among the images
 * @param webImages how many of the images are at web addresses
 * @param unfound how many of the images are members of archives of which only the names are known
 */
record ImageTable(Dataset<Row> rows, Supplier<Omissions> listed, long archives, long webImages, long unfound)
        implements ImageCatalog {
    /** Images of no archive, at no web address. */
    ImageTable(Dataset<Row> rows, Supplier<Omissions> listed) {
        this(rows, listed, 0, 0, 0);
    }

    ImageTable(Dataset<Row> rows) {
        this(rows, Omissions::new);
    }

    @Override
    public Omissions omissions() {
        return listed.get();
    }

    @Override
    public List<StructField> carried() {
        return Arrays.asList(rows.schema().fields())
                .subList(ImageRefSchema.COLUMN_COUNT, rows.schema().length());
    }

    @Override
    public ImageTable snapshot(SparkSession spark, String folder) {
        rows.write().parquet(folder);
        return withRows(spark.read()
                .options(FeatureTable.WHOLE_FILES)
                .schema(rows.schema())
                .parquet(folder));
    }

    @Override
    public Dataset<Row> asTable(SparkSession spark) {
        return rows;
    }

    @Override
    public ImageTable withRows(Dataset<Row> some) {
        return new ImageTable(some, listed, archives, webImages, unfound);
    }

    @Override
    public RemainingImages remaining(PreviousResults previous, RerunPolicy.Redo redo, SparkSession spark) {
        Dataset<Row> compared = previous.compare(rows, redo);
        return new RemainingImages(withRows(toDo(compared)), counts(compared));
    }

    /** @param compared by {@link PreviousResults#compare} */
    static ImageCounts counts(Dataset<Row> compared) {
        List<Row> groups = compared.groupBy(PreviousResults.TO_DO, PreviousResults.STATUS)
                .agg(expr("count(1)"), min(ImageRefSchema.PATH))
                .collectAsList();
        ImageCounts.Builder counts = new ImageCounts.Builder();
        for (Row group : groups) {
            if (group.getBoolean(0)) {
                counts.addToDo(group.getString(1), group.getLong(2));
            } else {
                counts.addDone(group.getString(1), group.getLong(2), group.getString(3));
            }
        }
        return counts.build();
    }

    /** @param compared by {@link PreviousResults#compare} */
    static Dataset<Row> toDo(Dataset<Row> compared) {
        return compared.where(col(PreviousResults.TO_DO)).drop(PreviousResults.TO_DO, PreviousResults.STATUS);
    }

    @Override
    public long count() {
        return rows.count();
    }

    @Override
    public OptionalLong bytes() {
        return OptionalLong.empty();
    }

    @Override
    public List<WorkItem> first(int limit) {
        return rows.limit(limit).javaRDD().map(new ToWorkItem()).collect();
    }

    @Override
    public JavaRDD<WorkItem> partitions(Broadcasts broadcasts, List<Integer> sizes, Optional<ResourceProfile> profile) {
        JavaRDD<WorkItem> items = rows.javaRDD().map(new ToWorkItem());
        return profile.map(items::withResources)
                .orElse(items)
                .keyBy(item -> ReadPlace.of(item.ref()))
                .repartitionAndSortWithinPartitions(new WeightedPartitioner(sizes))
                .values();
    }

    private static final class ToWorkItem implements Function<Row, WorkItem> {
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
