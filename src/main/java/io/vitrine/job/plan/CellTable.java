package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
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
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Images whose bytes are cells of a table. The driver sees counts only; what is written to storage on the way has no bytes. They
 * go from the table's files to the tasks that decode them, through a {@link CellExchange} for each commit.
 *
 * @param rows which images: the columns of {@link ImageRefSchema}, then {@link #FILE}
 * @param cells the table: {@link #PATH}, {@link #LENGTH}, {@link #ETAG}, {@link #CELL}, {@link #FILE}, then the carried columns
 * @param lists a folder for what is compared; empty in a dry run, which writes nothing
 */
record CellTable(Dataset<Row> rows, Dataset<Row> cells, CellForm form, Omissions omissions, Optional<String> lists)
        implements ImageCatalog {
    static final String PATH = "vitrine_path";

    /** Bytes of the cell; null for a null cell. */
    static final String LENGTH = "vitrine_length";

    /** The SHA-256 of the cell. */
    static final String ETAG = "vitrine_etag";

    /** The cell; null if it is null or too large. */
    static final String CELL = "vitrine_cell";

    /** The table's file that holds the row; null where the format tells none. */
    static final String FILE = "vitrine_file";

    /** The number of columns before the carried ones. */
    static final int COLUMN_COUNT = 5;

    /** The version of a null cell, which no digest is. */
    private static final String NO_CELL = "null";

    /** The images of {@code cells}: of the rows with one path, one. */
    static Dataset<Row> images(Dataset<Row> cells) {
        return cells.where(col(PATH).isNotNull())
                .groupBy(PATH)
                .agg(min(FILE).as(FILE))
                .select(named(PATH));
    }

    private static Column[] named(String path) {
        return Stream.concat(Arrays.stream(ImageRefSchema.unlisted(col(path))), Stream.of(col(FILE)))
                .toArray(Column[]::new);
    }

    @Override
    public List<StructField> carried() {
        return Arrays.asList(cells.schema().fields())
                .subList(COLUMN_COUNT, cells.schema().length());
    }

    @Override
    public CellTable snapshot(SparkSession spark, String folder) {
        return new CellTable(
                written(rows, spark, folder + "/rows"), cells, form, omissions, Optional.of(folder + "/compared"));
    }

    private static Dataset<Row> written(Dataset<Row> rows, SparkSession spark, String folder) {
        rows.write().parquet(folder);
        return spark.read()
                .options(FeatureTable.WHOLE_FILES)
                .schema(rows.schema())
                .parquet(folder);
    }

    @Override
    public Dataset<Row> asTable(SparkSession spark) {
        return rows;
    }

    @Override
    public CellTable withRows(Dataset<Row> some) {
        return new CellTable(some, cells, form, omissions, lists);
    }

    /** Compares digests, for which all cells are read once. Of several rows of one path any may be the one that was done. */
    @Override
    public RemainingImages remaining(PreviousResults previous, RerunPolicy.Redo redo, SparkSession spark) {
        Dataset<Row> digests = cells.where(col(PATH).isNotNull())
                .select(
                        col(PATH).as(ImageRefSchema.PATH),
                        col(LENGTH).as("length"),
                        lit(null).cast("long").as("modified"),
                        coalesce(col(ETAG), lit(NO_CELL)).as("etag"),
                        col(FILE));
        Dataset<Row> states = previous.compare(digests, redo)
                .groupBy(ImageRefSchema.PATH)
                .agg(
                        min(PreviousResults.TO_DO).as(PreviousResults.TO_DO),
                        min(PreviousResults.STATUS).as(PreviousResults.STATUS),
                        min(FILE).as(FILE));
        Dataset<Row> compared =
                lists.map(folder -> written(states, spark, folder)).orElse(states);
        Dataset<Row> toDo = ImageTable.toDo(compared).select(named(ImageRefSchema.PATH));
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
                .map(new CellItems(form, carried().size())::item)
                .collect();
    }

    @Override
    public JavaRDD<WorkItem> partitions(Broadcasts broadcasts, List<Integer> sizes, Optional<ResourceProfile> profile) {
        JavaRDD<WorkItem> items = new CellExchange(this, broadcasts).items(sizes);
        return profile.map(items::withResources).orElse(items);
    }
}
