package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.ImageSource;
import io.vitrine.job.request.InputRequest;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The column with the images.
 *
 * @param bytes of each cell
 * @param name of each image in its own struct; null where it has none
 */
record CellColumn(Column bytes, ImageSource.TableCell.Encoding encoding, Column name) {
    private static final Column NO_NAME = lit(null).cast("string");

    /**
     * The image column of {@code table}.
     *
     * @throws ConfigurationException if there is none of this name, or it holds no images
     */
    static CellColumn of(Dataset<Row> table, InputRequest.CellTable request) {
        Column column = named(table, request, request.imageColumn());
        DataType type = typeOf(table, column);
        if (type.equals(DataTypes.BinaryType)) {
            return new CellColumn(column, ImageSource.TableCell.Encoding.BINARY, nextTo(table, request));
        } else if (type.equals(DataTypes.StringType)) {
            return new CellColumn(column.cast("binary"), ImageSource.TableCell.Encoding.TEXT, nextTo(table, request));
        } else if (type instanceof StructType struct && SparkImage.isImage(struct)) {
            UDF1<Row, byte[]> bitmap = SparkImage::bitmap;
            return new CellColumn(
                    udf(bitmap, DataTypes.BinaryType).apply(column),
                    ImageSource.TableCell.Encoding.BINARY,
                    when(column.getField("origin").notEqual(""), column.getField("origin")));
        } else if (type instanceof StructType struct
                && has(struct, "bytes")
                && struct.apply("bytes").dataType().equals(DataTypes.BinaryType)) {
            return new CellColumn(
                    column.getField("bytes"),
                    ImageSource.TableCell.Encoding.BINARY,
                    has(struct, "path") ? column.getField("path").cast("string") : NO_NAME);
        }
        throw new ConfigurationException(
                "The column '" + request.imageColumn() + "' of " + request.location() + " holds "
                        + type.simpleString()
                        + ". It must hold files as binary, base64 as text, a struct with 'bytes', or Spark's"
                        + " images.");
    }

    /**
     * A column of {@code table}, or a field of a struct. A name with dots may be a column's own.
     *
     * @throws ConfigurationException if there is none of this name
     */
    static Column named(Dataset<Row> table, InputRequest.CellTable request, String name) {
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

    /**
     * The column that tells images apart, as text.
     *
     * @throws ConfigurationException if there is none of this name, or it holds binary: its bytes are not text, and rows would
     *     become one
     */
    static Column id(Dataset<Row> table, InputRequest.CellTable request, String name) {
        Column column = named(table, request, name);
        if (typeOf(table, column).equals(DataTypes.BinaryType)) {
            throw new ConfigurationException("The id column '" + name + "' of " + request.location()
                    + " holds binary, which names no image. Give --id-column a column of text or numbers: add one to the table,"
                    + " such as hex(" + name + ").");
        }
        return column.cast("string");
    }

    /** The path in the struct that the image column is in. */
    private static Column nextTo(Dataset<Row> table, InputRequest.CellTable request) {
        int dot = request.imageColumn().lastIndexOf('.');
        if (dot < 0 || Arrays.asList(table.columns()).contains(request.imageColumn())) {
            return NO_NAME;
        }
        try {
            Column path = table.col(request.imageColumn().substring(0, dot) + ".path");
            return typeOf(table, path).equals(DataTypes.StringType) ? path : NO_NAME;
        } catch (Exception e) { // an AnalysisException, which Scala does not declare
            return NO_NAME;
        }
    }

    private static DataType typeOf(Dataset<Row> table, Column column) {
        return table.select(column).schema().fields()[0].dataType();
    }

    private static boolean has(StructType struct, String name) {
        return Arrays.asList(struct.fieldNames()).contains(name);
    }
}
