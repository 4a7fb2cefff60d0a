package io.vitrine.catalog;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of an {@link ImageRef} in a table: {@code path, length, modified, etag}. Unlisted values are null. */
public final class ImageRefSchema {
    public static final String PATH = "path";

    public static final StructType SCHEMA = new StructType()
            .add(PATH, DataTypes.StringType)
            .add("length", DataTypes.LongType)
            .add("modified", DataTypes.LongType)
            .add("etag", DataTypes.StringType);

    /** The number of columns before those that a table of paths brings along. */
    public static final int COLUMN_COUNT = SCHEMA.length();

    private ImageRefSchema() {}

    /** {@code refs} as a table. */
    public static Dataset<Row> table(SparkSession spark, List<ImageRef> refs) {
        return spark.createDataFrame(refs.stream().map(ImageRefSchema::toRow).toList(), SCHEMA);
    }

    static Row toRow(ImageRef ref) {
        return RowFactory.create(
                ref.path(),
                ref.isListed() ? ref.length() : null,
                ref.modified() >= 0 ? ref.modified() : null,
                ref.etag());
    }

    /** The image of a row that begins with these columns. */
    public static ImageRef fromRow(Row row) {
        return new ImageRef(
                row.getString(0),
                row.isNullAt(1) ? -1 : row.getLong(1),
                row.isNullAt(2) ? -1 : row.getLong(2),
                row.getString(3));
    }
}
