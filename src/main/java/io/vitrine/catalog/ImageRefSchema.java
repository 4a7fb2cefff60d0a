package io.vitrine.catalog;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.vitrine.RejectionReason;
import io.vitrine.archive.Extent;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of an {@link ImageRef} in a table: {@code path, length, modified, etag, vitrine_source}. Unlisted values are null, and so is
 * a source that follows from the path.
 */
public final class ImageRefSchema {
    public static final String PATH = "path";

    /** A name that no column of a list has. */
    public static final String SOURCE_COLUMN = "vitrine_source";

    /** An {@link ImageSource}: the first seven fields for a member of an archive, the others for bytes that can't be read. */
    public static final StructType SOURCE = new StructType()
            .add("archive", DataTypes.StringType)
            .add("archive_length", DataTypes.LongType)
            .add("packing", DataTypes.StringType)
            .add("offset", DataTypes.LongType)
            .add("span", DataTypes.LongType)
            .add("packed", DataTypes.LongType)
            .add("crc", DataTypes.LongType)
            .add("reason", DataTypes.StringType)
            .add("message", DataTypes.StringType);

    public static final StructType SCHEMA = new StructType()
            .add(PATH, DataTypes.StringType)
            .add("length", DataTypes.LongType)
            .add("modified", DataTypes.LongType)
            .add("etag", DataTypes.StringType)
            .add(SOURCE_COLUMN, SOURCE);

    /** The number of columns before those that a table of paths brings along. */
    public static final int COLUMN_COUNT = SCHEMA.length();

    private ImageRefSchema() {}

    /** {@code refs} as a table. */
    public static Dataset<Row> table(SparkSession spark, List<ImageRef> refs) {
        return spark.createDataFrame(refs.stream().map(ImageRefSchema::toRow).toList(), SCHEMA);
    }

    /** The file that holds an image's bytes: the archive of a member, else the image itself. */
    public static Column file() {
        return coalesce(col(SOURCE_COLUMN + ".archive"), col(PATH));
    }

    /** The columns of images of which nothing but the path is known. */
    public static Column[] unlisted(Column path) {
        return new Column[] {
            path.as(PATH),
            lit(null).cast("long").as("length"),
            lit(null).cast("long").as("modified"),
            lit(null).cast("string").as("etag"),
            lit(null).cast(SOURCE).as(SOURCE_COLUMN)
        };
    }

    /** A source of bytes that can't be read. */
    public static Column unavailable(RejectionReason reason, String message) {
        Column[] fields = Stream.of(SOURCE.fields())
                .map(field -> switch (field.name()) {
                    case "reason" -> lit(reason.name()).as(field.name());
                    case "message" -> lit(message).as(field.name());
                    default -> lit(null).cast(field.dataType()).as(field.name());
                })
                .toArray(Column[]::new);
        return struct(fields);
    }

    /** The columns of {@code ref}, then {@code carried}. */
    static Row toRow(ImageRef ref, Object... carried) {
        Object[] values = new Object[COLUMN_COUNT + carried.length];
        values[0] = ref.path();
        values[1] = ref.isListed() ? ref.length() : null;
        values[2] = ref.modified() >= 0 ? ref.modified() : null;
        values[3] = ref.etag();
        values[4] = source(ref.source());
        System.arraycopy(carried, 0, values, COLUMN_COUNT, carried.length);
        return RowFactory.create(values);
    }

    private static Row source(ImageSource source) {
        if (source instanceof ImageSource.ArchiveMember member) {
            Extent extent = member.extent();
            return RowFactory.create(
                    member.archive(),
                    member.archiveLength(),
                    extent.packing().name(),
                    extent.offset(),
                    extent.span(),
                    extent.packed(),
                    extent.crc(),
                    null,
                    null);
        } else if (source instanceof ImageSource.Unavailable unavailable) {
            return RowFactory.create(
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    unavailable.reason().name(),
                    unavailable.message());
        }
        return null;
    }

    /** The image of a row that begins with these columns. */
    public static ImageRef fromRow(Row row) {
        String path = row.getString(0);
        return new ImageRef(
                path,
                row.isNullAt(1) ? -1 : row.getLong(1),
                row.isNullAt(2) ? -1 : row.getLong(2),
                row.getString(3),
                row.isNullAt(4) ? ImageSource.at(path) : source(row.getStruct(4)));
    }

    private static ImageSource source(Row row) {
        if (row.isNullAt(0)) {
            return new ImageSource.Unavailable(RejectionReason.valueOf(row.getString(7)), row.getString(8));
        }
        Extent extent = new Extent(
                Extent.Packing.valueOf(row.getString(2)),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6));
        return new ImageSource.ArchiveMember(row.getString(0), row.getLong(1), extent);
    }
}
