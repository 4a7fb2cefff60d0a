package io.vitrine.ml;

import io.vitrine.ConfigurationException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.job.plan.SparkImage;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How a column holds images. */
sealed interface ImageForm extends Serializable {
    /** The image in column {@code ordinal} of {@code row}. */
    ImageRef image(InternalRow row, int ordinal);

    /**
     * The form of a column.
     *
     * @param name for messages
     * @param paths the form of paths, where the column holds such
     * @throws ConfigurationException if the column holds no images
     */
    static ImageForm of(String name, DataType type, CanonicalPaths paths) {
        if (type.equals(DataTypes.BinaryType)) {
            return new Files();
        } else if (type.equals(DataTypes.StringType)) {
            return new Paths(paths);
        } else if (type instanceof StructType struct && SparkImage.isImage(struct)) {
            return new Pixels();
        } else if (type instanceof StructType struct && has(struct, "bytes", DataTypes.BinaryType)) {
            int path = has(struct, "path", DataTypes.StringType) ? struct.fieldIndex("path") : Struct.NO_PATH;
            return new Struct(struct.size(), struct.fieldIndex("bytes"), path, paths);
        }
        throw new ConfigurationException("The column '" + name + "' holds " + type.simpleString()
                + ". It must hold image files as binary, their paths as string, structs with 'bytes' and 'path',"
                + " or Spark's images.");
    }

    private static boolean has(StructType struct, String field, DataType type) {
        return Arrays.stream(struct.fields())
                .anyMatch(
                        other -> other.name().equals(field) && other.dataType().equals(type));
    }

    private static ImageRef cell(String path, byte[] file) {
        return new ImageRef(
                path, file.length, -1, null, new ImageSource.TableCell(file, ImageSource.TableCell.Encoding.BINARY));
    }

    private static ImageRef missing() {
        return new ImageRef(
                NAME,
                -1,
                -1,
                null,
                new ImageSource.Unavailable(RejectionReason.MISSING, "the cell of the image is null"));
    }

    /** The name of an image that has none; nothing shows it. */
    String NAME = "cell";

    /** Image files. */
    record Files() implements ImageForm {
        @Override
        public ImageRef image(InternalRow row, int ordinal) {
            return row.isNullAt(ordinal) ? missing() : cell(NAME, row.getBinary(ordinal));
        }
    }

    /** Paths and web addresses of image files. */
    record Paths(CanonicalPaths paths) implements ImageForm {
        @Override
        public ImageRef image(InternalRow row, int ordinal) {
            return row.isNullAt(ordinal)
                    ? missing()
                    : ImageRef.unlisted(paths.of(row.getUTF8String(ordinal).toString()));
        }
    }

    /** Spark's images. Their pixels are taken as they are; an invalid one, which has none, is an image that can't be decoded. */
    record Pixels() implements ImageForm {
        private static final int FIELDS = 6;

        @Override
        public ImageRef image(InternalRow row, int ordinal) {
            return row.isNullAt(ordinal)
                    ? missing()
                    : cell(NAME, SparkImage.bitmapOfInternal(row.getStruct(ordinal, FIELDS)));
        }
    }

    /**
     * Structs as Hugging Face's data sets have them: with {@code bytes}, or else with the path of a file.
     *
     * @param bytes index of the field
     * @param path index of the field, or {@link #NO_PATH}
     */
    record Struct(int fields, int bytes, int path, CanonicalPaths paths) implements ImageForm {
        static final int NO_PATH = -1;

        @Override
        public ImageRef image(InternalRow row, int ordinal) {
            if (row.isNullAt(ordinal)) {
                return missing();
            }
            InternalRow struct = row.getStruct(ordinal, fields);
            if (!struct.isNullAt(bytes)) {
                return cell(NAME, struct.getBinary(bytes));
            }
            return path == NO_PATH ? missing() : new Paths(paths).image(struct, path);
        }
    }
}
