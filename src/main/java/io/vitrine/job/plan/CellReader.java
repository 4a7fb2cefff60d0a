package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.InputListReader;
import io.vitrine.catalog.OmissionReason;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.spark.SparkFailures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images in a table's column: binary files, text, a struct {@code bytes, path} as Hugging Face's datasets have it, or Spark's
 * own images. Each is named by the id column, else by the struct's path, else by its row's place in the table.
 */
final class CellReader {
    /** Rows that Spark decodes at once from a file with columns: 4,096 pictures would not fit in memory. */
    private static final String BATCH_ROWS = "16";

    private static final Set<String> BINARY_FILE = Set.of("path", "modificationTime", "length", "content");

    private static final Logger LOG = LoggerFactory.getLogger(CellReader.class);

    private final SparkSession spark;
    private final InputRequest.CellTable request;
    private final List<String> outputColumns;
    private final long maxBytes;

    /**
     * @param outputColumns the output's other columns
     * @param maxBytes larger images stay where they are
     */
    CellReader(SparkSession spark, InputRequest.CellTable request, List<String> outputColumns, long maxBytes) {
        this.spark = withSmallBatches(spark);
        this.request = request;
        this.outputColumns = outputColumns;
        this.maxBytes = maxBytes;
    }

    private static SparkSession withSmallBatches(SparkSession spark) {
        SparkSession own = spark.cloneSession();
        own.conf().set("spark.sql.parquet.columnarReaderBatchSize", BATCH_ROWS);
        own.conf().set("spark.sql.orc.columnarReaderBatchSize", BATCH_ROWS);
        own.conf().set("spark.sql.iceberg.vectorization.enabled", "false");
        return own;
    }

    /**
     * The column with the images.
     *
     * @param bytes of each cell
     * @param name of each image in its own struct; null where it has none
     */
    private record Image(Column bytes, ImageSource.TableCell.Encoding encoding, Column name) {}

    CellTable read() {
        Dataset<Row> table = TableFolder.read(spark, request.location())
                .orElseGet(() -> InputListReader.readTable(spark, request.location()));
        Image image = image(table);
        Column cell = image.bytes;
        Column size = octet_length(cell).cast("long");
        Column digest = sha2(cell, 256);
        List<Column> columns = new ArrayList<>(List.of(
                path(table, image.name, digest).as(CellTable.PATH),
                size.as(CellTable.LENGTH),
                digest.as(CellTable.ETAG),
                when(size.leq(maxCellBytes(image.encoding)), cell).as(CellTable.CELL)));
        columns.addAll(carried(table).of(table.columns()));
        Dataset<Row> cells = table.select(columns.toArray(Column[]::new));
        Dataset<Row> all = cells.select(ImageRefSchema.unlisted(col(CellTable.PATH)));
        Omissions omissions =
                SparkFailures.explain("read the table", request.location(), () -> ListedImages.countOmissions(all));
        if (omissions.count(OmissionReason.DUPLICATE_PATH) > 0) {
            requireUnique(table, image.name);
        }
        Dataset<Row> rows = all.where(col(ImageRefSchema.PATH).isNotNull()).dropDuplicates(ImageRefSchema.PATH);
        return new CellTable(rows, cells, image.encoding, omissions);
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

    /** Base64 takes 4 characters for 3 bytes, and may have line breaks. */
    private long maxCellBytes(ImageSource.TableCell.Encoding encoding) {
        return encoding == ImageSource.TableCell.Encoding.TEXT ? maxBytes + maxBytes / 2 + 1_024 : maxBytes;
    }

    private Image image(Dataset<Row> table) {
        Column column = column(table, request.imageColumn());
        DataType type = table.select(column).schema().fields()[0].dataType();
        Column none = lit(null).cast("string");
        if (type.equals(DataTypes.BinaryType)) {
            return new Image(column, ImageSource.TableCell.Encoding.BINARY, nextTo(table));
        } else if (type.equals(DataTypes.StringType)) {
            return new Image(column.cast("binary"), ImageSource.TableCell.Encoding.TEXT, none);
        } else if (type instanceof StructType struct && SparkImage.isImage(struct)) {
            UDF1<Row, byte[]> bitmap = SparkImage::bitmap;
            return new Image(
                    udf(bitmap, DataTypes.BinaryType).apply(column),
                    ImageSource.TableCell.Encoding.BINARY,
                    when(column.getField("origin").notEqual(""), column.getField("origin")));
        } else if (type instanceof StructType struct
                && has(struct, "bytes")
                && struct.apply("bytes").dataType().equals(DataTypes.BinaryType)) {
            return new Image(
                    column.getField("bytes"),
                    ImageSource.TableCell.Encoding.BINARY,
                    has(struct, "path") ? column.getField("path").cast("string") : none);
        }
        throw new ConfigurationException(
                "The column '" + request.imageColumn() + "' of " + request.location() + " holds "
                        + type.simpleString()
                        + ". It must hold files as binary, base64 as text, a struct with 'bytes', or Spark's"
                        + " images.");
    }

    /** The path in the struct that the image column is in. */
    private Column nextTo(Dataset<Row> table) {
        int dot = request.imageColumn().lastIndexOf('.');
        Column none = lit(null).cast("string");
        if (dot < 0 || Arrays.asList(table.columns()).contains(request.imageColumn())) {
            return none;
        }
        try {
            Column path = table.col(request.imageColumn().substring(0, dot) + ".path");
            return table.select(path).schema().fields()[0].dataType().equals(DataTypes.StringType) ? path : none;
        } catch (Exception e) { // an AnalysisException, which Scala does not declare
            return none;
        }
    }

    private static boolean has(StructType struct, String name) {
        return Arrays.asList(struct.fieldNames()).contains(name);
    }

    /** A column, or a field of a struct. A name with dots may be a column's own. */
    private Column column(Dataset<Row> table, String name) {
        if (Arrays.asList(table.columns()).contains(name)) {
            return table.col("`" + name.replace("`", "``") + "`");
        }
        try {
            return table.col(name);
        } catch (Exception e) { // an AnalysisException, which Scala does not declare
            throw new ConfigurationException(
                    "The table " + request.location() + " has no column '" + name + "'. It has: "
                            + table.schema().simpleString() + ".",
                    e);
        }
    }

    private Column path(Dataset<Row> table, Column name, Column digest) {
        if (request.idColumn().isPresent()) {
            return notBlank(column(table, request.idColumn().get()).cast("string"));
        } else if (isBinaryFile(table)) {
            return table.col("path");
        }
        return coalesce(notBlank(name), place(table, digest));
    }

    private static Column notBlank(Column text) {
        return when(length(text).gt(0), text);
    }

    private static boolean isBinaryFile(Dataset<Row> table) {
        return new HashSet<>(Arrays.asList(table.columns())).equals(BINARY_FILE);
    }

    /** The file and the number of the row in it, where the format counts its rows; else the table and the cell's digest. */
    private Column place(Dataset<Row> table, Column digest) {
        CanonicalPaths paths =
                CanonicalPaths.ofWorkingFolder(spark.sessionState().newHadoopConf());
        UDF1<String, String> canonical = paths::of;
        for (String[] columns : new String[][] {{"_metadata.file_path", "_metadata.row_index"}, {"_file", "_pos"}}) {
            try {
                table.select(columns[0], columns[1]);
                Column file = udf(canonical, DataTypes.StringType).apply(col(columns[0]));
                return concat(file, lit("#"), col(columns[1]).cast("string"));
            } catch (Exception e) { // an AnalysisException
                LOG.debug("{} has no column {}", request.location(), columns[0], e);
            }
        }
        return concat(lit(paths.of(request.location()) + "#sha256:"), coalesce(digest, lit("null")));
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
