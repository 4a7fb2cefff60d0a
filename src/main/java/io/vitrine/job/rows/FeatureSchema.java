package io.vitrine.job.rows;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.table.FeatureTable;
import java.io.Serializable;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the output, and the only place where an image's result becomes a row.
 *
 * <p>Each row holds {@code path, status, error, length, modified, etag, format, width, height}, the carried columns and the
 * features. {@code status} is one of {@link RowStatus}. {@code width} and {@code height} are the file's, before any
 * rotation.
 */
public final class FeatureSchema implements Serializable {
    private static final long serialVersionUID = 1;
    public static final String PATH = "path";
    public static final String STATUS = "status";
    public static final String ERROR = "error";

    private static final List<StructField> FIXED = List.of(
            field(PATH, DataTypes.StringType),
            field(STATUS, DataTypes.StringType),
            field(ERROR, DataTypes.StringType),
            field("length", DataTypes.LongType),
            field("modified", DataTypes.TimestampType),
            field("etag", DataTypes.StringType),
            field("format", DataTypes.StringType),
            field("width", DataTypes.IntegerType),
            field("height", DataTypes.IntegerType));

    /** The columns of every output, whatever its features. */
    public static final StructType IMAGE = new StructType(FIXED.toArray(StructField[]::new));

    private final StructType schema;
    private final int carried;
    private final List<FeatureColumn> columns;

    /**
     * @param carriedFields the input table's other columns
     * @throws VitrineException if a carried column has the name of another column of the output
     */
    public FeatureSchema(List<StructField> carriedFields, List<FeatureColumn> columns) {
        List<StructField> fields = new ArrayList<>(FIXED);
        fields.addAll(carriedFields);
        columns.forEach(column -> fields.add(column.field()));
        checkNames(fields);
        this.schema = new StructType(fields.toArray(StructField[]::new));
        this.carried = carriedFields.size();
        this.columns = List.copyOf(columns);
    }

    private static void checkNames(List<StructField> fields) {
        List<String> seen = new ArrayList<>(List.of(FeatureTable.RUN)); // the table adds this column
        for (StructField field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT); // Spark's columns ignore case
            if (seen.contains(name)) {
                throw new ConfigurationException("The input carries a column '" + field.name()
                        + "', which is also a column of the output. Rename it in the table.");
            }
            seen.add(name);
        }
    }

    private static StructField field(String name, DataType type) {
        return new StructField(name, type, true, Metadata.empty());
    }

    public StructType schema() {
        return schema;
    }

    public List<StructField> carried() {
        return Arrays.asList(schema.fields()).subList(FIXED.size(), FIXED.size() + carried);
    }

    /** The feature columns. */
    public List<StructField> features() {
        return Arrays.asList(schema.fields()).subList(FIXED.size() + carried, schema.length());
    }

    /** The row of an image that is no longer in the input. */
    public Row deleted(String path) {
        Object[] values = new Object[schema.length()];
        values[0] = path;
        values[1] = RowStatus.DELETED;
        return RowFactory.create(values);
    }

    /** The row of one image. */
    public Row row(ImageResult result) {
        Object[] values = new Object[schema.length()];
        ImageRef ref = result.ref();
        values[0] = ref.path();
        values[3] = ref.isListed() ? ref.length() : null;
        values[4] = ref.modified() >= 0 ? new Timestamp(ref.modified()) : null;
        values[5] = ref.etag();
        result.header().ifPresent(header -> {
            values[6] = header.format().name().toLowerCase(Locale.ROOT);
            values[7] = header.width();
            values[8] = header.height();
        });
        System.arraycopy(result.item().carried(), 0, values, FIXED.size(), carried);
        if (result instanceof ImageResult.Failed failed) {
            values[1] = RowStatus.of(failed.rejection().reason());
            values[2] = failed.rejection().getMessage();
        } else if (result instanceof ImageResult.Extracted extracted) {
            values[1] = RowStatus.OK;
            for (int i = 0; i < columns.size(); i++) {
                values[FIXED.size() + carried + i] = columns.get(i).value(extracted.features(), extracted.index());
            }
        }
        return RowFactory.create(values);
    }
}
