package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.decode;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.when;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.InputListReader;
import io.vitrine.catalog.OmissionReason;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.spark.ClassicSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The images in a table's column: binary files, text, a struct {@code bytes, path} as Hugging Face's datasets have it, or Spark's
 * own images. Each is named by the id column, else by the struct's path, else by its row's place in the table.
 */
final class CellReader {
    /** Rows that Spark decodes at once from a file with columns: 4,096 pictures would not fit in memory. */
    private static final String BATCH_ROWS = "16";

    private static final Set<String> BINARY_FILE = Set.of("path", "modificationTime", "length", "content");

    private final SparkSession spark;
    private final InputRequest.CellTable request;
    private final List<String> outputColumns;
    private final long maxBytes;

    /**
     * @param outputColumns the output's other columns
     * @param maxBytes larger images stay where they are
     */
    CellReader(SparkSession spark, InputRequest.CellTable request, List<String> outputColumns, long maxBytes) {
        this.spark = forCells(spark);
        this.request = request;
        this.outputColumns = outputColumns;
        this.maxBytes = maxBytes;
    }

    /** A session of its own that reads few cells at a time, and text of any bytes. */
    private static SparkSession forCells(SparkSession spark) {
        SparkSession own = ClassicSession.copy(spark);
        own.conf().set("spark.sql.parquet.columnarReaderBatchSize", BATCH_ROWS);
        own.conf().set("spark.sql.orc.columnarReaderBatchSize", BATCH_ROWS);
        own.conf().set("spark.sql.iceberg.vectorization.enabled", "false");
        own.conf().set("spark.sql.legacy.codingErrorAction", "true"); // Spark 4 would end with bytes that are not UTF-8
        return own;
    }

    CellTable read() {
        Dataset<Row> table = TableFolder.read(spark, request.location(), TableFolder.Use.TABLE_OF_IMAGES)
                .orElseGet(() -> InputListReader.readTable(spark, request.location()));
        CellColumn image = CellColumn.of(table, request);
        Column cell = image.bytes();
        Column size = octet_length(cell).cast("long");
        Column digest = sha2(cell, 256);
        CellForm form = new CellForm(image.encoding(), maxBytes);
        CellPlace place = CellPlace.of(table, request.location(), digest);
        List<Column> columns = new ArrayList<>(List.of(
                path(table, image.name(), place).as(CellTable.PATH),
                size.as(CellTable.LENGTH),
                digest.as(CellTable.ETAG),
                when(size.leq(form.maxCellBytes()), cell).as(CellTable.CELL),
                place.file().as(CellTable.FILE)));
        columns.addAll(carried(table).of(table.columns()));
        Dataset<Row> cells = table.select(columns.toArray(Column[]::new));
        Dataset<Row> paths = cells.select(ImageRefSchema.unlisted(col(CellTable.PATH)));
        Omissions omissions =
                SparkFailures.explain("read the table", request.location(), () -> ListedImages.countOmissions(paths));
        if (omissions.count(OmissionReason.DUPLICATE_PATH) > 0) {
            requireUnique(table, image.name());
        }
        return new CellTable(CellTable.images(cells), cells, form, omissions, Optional.empty());
    }

    /** Many data sets call each picture {@code image.png}. */
    private void requireUnique(Dataset<Row> table, Column name) {
        if (request.idColumn().isPresent() || isBinaryFile(table)) {
            return;
        }
        Row counts = SparkFailures.explain("read the table", request.location(), () -> table.select(
                        notBlank(name).as(CellTable.PATH))
                .agg(count(CellTable.PATH), countDistinct(CellTable.PATH))
                .first());
        long repeated = counts.getLong(0) - counts.getLong(1);
        if (repeated > 0) {
            throw new ConfigurationException(
                    "In " + repeated + " rows of " + request.location() + " the column '" + request.imageColumn()
                            + "' has the path of another row. Name a column that tells the rows apart with --id-column.");
        }
    }

    private Column path(Dataset<Row> table, Column name, CellPlace place) {
        if (request.idColumn().isPresent()) {
            return notBlank(CellColumn.id(table, request, request.idColumn().get()));
        } else if (isBinaryFile(table)) {
            return table.col("path");
        }
        return coalesce(notBlank(name), place.name());
    }

    /** Bytes that are not UTF-8 become U+FFFD, as in the output: Spark would tell apart paths that Java and files do not. */
    private static Column notBlank(Column text) {
        return when(length(text).gt(0), decode(text.cast("binary"), "UTF-8"));
    }

    private static boolean isBinaryFile(Dataset<Row> table) {
        return new HashSet<>(Arrays.asList(table.columns())).equals(BINARY_FILE);
    }

    /** The column that {@code name} is, or leads into. */
    private static String topLevel(Dataset<Row> table, String name) {
        if (Arrays.asList(table.columns()).contains(name)) {
            return name;
        }
        return name.startsWith("`")
                ? name.substring(1).replaceFirst("`([^`].*)?$", "").replace("``", "`")
                : name.replaceFirst("\\..*", "");
    }

    private CarriedColumns carried(Dataset<Row> table) {
        Set<String> left = new HashSet<>();
        left.add(topLevel(table, request.imageColumn()));
        if (isBinaryFile(table)) {
            left.addAll(BINARY_FILE);
        }
        return new CarriedColumns(request.clashing(), left, outputColumns);
    }
}
