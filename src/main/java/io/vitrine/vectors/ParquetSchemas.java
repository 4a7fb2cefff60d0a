package io.vitrine.vectors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;

/** The keys of a Parquet file that tell Arrow and Spark that its list is of a fixed size. Parquet itself has no such type. */
final class ParquetSchemas {
    private static final String ARROW = "ARROW:schema";
    private static final String SPARK = "org.apache.spark.sql.parquet.row.metadata";
    private static final String LANCE_SIZE = "arrow.fixed-size-list.size";

    private ParquetSchemas() {}

    static Map<String, String> of(VectorFormat format, int dimension) {
        Map<String, String> keys = new TreeMap<>();
        keys.put(ARROW, arrow(dimension));
        if (format == VectorFormat.LANCE_READY) {
            keys.put(SPARK, spark(dimension));
        }
        return keys;
    }

    /** Arrow's schema as an encapsulated IPC message in Base64, as Arrow's own writers store it. */
    private static String arrow(int dimension) {
        Field path = new Field(CurrentVectors.PATH, FieldType.notNullable(ArrowType.Utf8.INSTANCE), List.of());
        Field element = new Field(
                "element",
                FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
                List.of());
        Field vector = new Field(
                CurrentVectors.VECTOR, FieldType.notNullable(new ArrowType.FixedSizeList(dimension)), List.of(element));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try {
            MessageSerializer.serialize(
                    new WriteChannel(Channels.newChannel(message)), new Schema(List.of(path, vector)));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory
        }
        return Base64.getEncoder().encodeToString(message.toByteArray());
    }

    private static String spark(int dimension) {
        return new StructType()
                .add(CurrentVectors.PATH, DataTypes.StringType, false)
                .add(
                        CurrentVectors.VECTOR,
                        DataTypes.createArrayType(DataTypes.FloatType, false),
                        false,
                        new MetadataBuilder().putLong(LANCE_SIZE, dimension).build())
                .json();
    }
}
