package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.WorkItem;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Images whose bytes are cells of a table. The driver sees counts only; what is written to storage on the way has no bytes. They
 * go from the table's files to the tasks that decode them, through one exchange of Spark.
 *
 * @param rows which images: the columns of {@link ImageRefSchema}
 * @param cells the table: {@link #PATH}, {@link #LENGTH}, {@link #ETAG}, {@link #CELL}, then the carried columns
 */
record CellTable(Dataset<Row> rows, Dataset<Row> cells, ImageSource.TableCell.Encoding encoding, Omissions omissions)
        implements ImageCatalog {
    static final String PATH = "vitrine_path";

    /** Bytes of the cell; null for a null cell. */
    static final String LENGTH = "vitrine_length";

    /** The SHA-256 of the cell. */
    static final String ETAG = "vitrine_etag";

    /** The cell; null if it is null or too large. */
    static final String CELL = "vitrine_cell";

    /** The version of a null cell, which no digest is. */
    private static final String NO_CELL = "null";

    private static final int FIXED = 4;

    @Override
    public List<StructField> carried() {
        return Arrays.asList(cells.schema().fields())
                .subList(FIXED, cells.schema().length());
    }

    @Override
    public CellTable snapshot(SparkSession spark, String folder) {
        rows.write().parquet(folder);
        return withRows(spark.read().schema(rows.schema()).parquet(folder));
    }

    @Override
    public Dataset<Row> asTable(SparkSession spark) {
        return rows;
    }

    @Override
    public CellTable withRows(Dataset<Row> some) {
        return new CellTable(some, cells, encoding, omissions);
    }

    /** Compares digests, for which all cells are read. Of several rows of one path any may be the one that was done. */
    @Override
    public RemainingImages remaining(PreviousResults previous, RerunPolicy.Redo redo, SparkSession spark) {
        Dataset<Row> digests = cells.where(col(PATH).isNotNull())
                .select(
                        col(PATH).as(ImageRefSchema.PATH),
                        col(LENGTH).as("length"),
                        lit(null).cast("long").as("modified"),
                        coalesce(col(ETAG), lit(NO_CELL)).as("etag"));
        Dataset<Row> compared = previous.compare(digests, redo)
                .groupBy(ImageRefSchema.PATH)
                .agg(
                        min(PreviousResults.TO_DO).as(PreviousResults.TO_DO),
                        min(PreviousResults.STATUS).as(PreviousResults.STATUS));
        Dataset<Row> toDo = ImageTable.toDo(compared).select(ImageRefSchema.unlisted(col(ImageRefSchema.PATH)));
        return new RemainingImages(withRows(toDo), ImageTable.counts(compared));
    }

    @Override
    public long count() {
        return rows.count();
    }

    @Override
    public long archives() {
        return 0;
    }

    @Override
    public OptionalLong bytes() {
        return OptionalLong.empty();
    }

    @Override
    public List<WorkItem> first(int limit) {
        return cells.where(col(PATH).isNotNull())
                .limit(limit)
                .javaRDD()
                .mapPartitions(new ToWorkItems(encoding))
                .collect();
    }

    @Override
    public JavaRDD<WorkItem> partitions(
            JavaSparkContext spark, List<Integer> sizes, Optional<ResourceProfile> profile) {
        Column path = col(PATH);
        Dataset<Row> asked = rows.select(col(ImageRefSchema.PATH).as("vitrine_asked"))
                .repartition(sizes.size(), col("vitrine_asked"));
        Dataset<Row> found = cells.repartition(sizes.size(), path)
                .join(asked.hint("shuffle_hash"), path.equalTo(col("vitrine_asked")), "left_semi");
        JavaRDD<WorkItem> items = found.javaRDD().mapPartitions(new ToWorkItems(encoding));
        return profile.map(items::withResources).orElse(items);
    }

    /** All rows of one path are in one partition; the first one counts. */
    private static final class ToWorkItems implements FlatMapFunction<Iterator<Row>, WorkItem> {
        private static final long serialVersionUID = 1;

        private final ImageSource.TableCell.Encoding encoding;

        ToWorkItems(ImageSource.TableCell.Encoding encoding) {
            this.encoding = encoding;
        }

        @Override
        public Iterator<WorkItem> call(Iterator<Row> rows) {
            Set<String> seen = new HashSet<>();
            return new Iterator<>() {
                private Row next;

                @Override
                public boolean hasNext() {
                    while (next == null && rows.hasNext()) {
                        Row row = rows.next();
                        next = seen.add(row.getString(0)) ? row : null;
                    }
                    return next != null;
                }

                @Override
                public WorkItem next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    Row row = next;
                    next = null;
                    return item(row);
                }
            };
        }

        private WorkItem item(Row row) {
            Object[] carried = new Object[row.length() - FIXED];
            for (int i = 0; i < carried.length; i++) {
                carried[i] = row.get(FIXED + i);
            }
            long length = row.isNullAt(1) ? -1 : row.getLong(1);
            return new WorkItem(new ImageRef(row.getString(0), length, -1, row.getString(2), source(row)), carried);
        }

        private ImageSource source(Row row) {
            if (row.isNullAt(1)) {
                return new ImageSource.Unavailable(RejectionReason.MISSING, "the cell of the image is null");
            } else if (row.isNullAt(3)) {
                return new ImageSource.Unavailable(
                        RejectionReason.TOO_LARGE, row.getLong(1) + " bytes; more than --max-image-bytes allows");
            }
            return new ImageSource.TableCell(row.getAs(3), encoding);
        }
    }
}
