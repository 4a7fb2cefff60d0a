package io.vitrine.catalog;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Images as a table: {@code path, length, modified, etag}, the last three null where no listing said them. */
public final class ImageRefSchema {
    public static final String PATH = "path";

    /** How many columns come before those that are carried through. */
    public static final int COLUMNS = 4;

    public static final StructType SCHEMA = new StructType()
            .add(PATH, DataTypes.StringType)
            .add("length", DataTypes.LongType)
            .add("modified", DataTypes.LongType)
            .add("etag", DataTypes.StringType);

    private ImageRefSchema() {}

    public static Dataset<Row> of(SparkSession spark, List<ImageRef> refs) {
        return spark.createDataFrame(refs.stream().map(ImageRefSchema::row).toList(), SCHEMA);
    }

    static Row row(ImageRef ref) {
        return RowFactory.create(
                ref.path(),
                ref.isListed() ? ref.length() : null,
                ref.modified() >= 0 ? ref.modified() : null,
                ref.etag());
    }

    /** The image of a row whose first columns these are. */
    public static ImageRef ref(Row row) {
        return new ImageRef(
                row.getString(0),
                row.isNullAt(1) ? -1 : row.getLong(1),
                row.isNullAt(2) ? -1 : row.getLong(2),
                row.getString(3));
    }
}
