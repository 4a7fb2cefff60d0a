package io.vitrine.vectors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Parquet rows of {@code path}, or of {@code path} and {@code vector}, a list without nulls. */
final class ParquetSink implements VectorSink {
    private static final long ROW_GROUP_BYTES = 64L << 20;

    /** What the rows hold. */
    enum Content {
        PATHS,
        PATHS_AND_VECTORS
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record VectorRow(String path, float[] vector) {}

    private final ParquetWriter<VectorRow> writer;

    /** @param metadata of the file, such as Arrow's schema */
    ParquetSink(Path file, Content content, Map<String, String> metadata, Configuration configuration)
            throws IOException {
        this.writer = new Builder(file, new RowSupport(content, metadata))
                .withConf(configuration)
                .withWriteMode(ParquetFileWriter.Mode.CREATE)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .withDictionaryEncoding(false) // paths and vectors rarely repeat
                .withRowGroupSize(ROW_GROUP_BYTES)
                .build();
    }

    @Override
    public void append(String path, float[] vector) throws IOException {
        writer.write(new VectorRow(path, vector));
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<VectorRow, Builder> {
        private final RowSupport support;

        Builder(Path file, RowSupport support) {
            super(new org.apache.hadoop.fs.Path(file.toUri()));
            this.support = support;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<VectorRow> getWriteSupport(Configuration configuration) {
            return support;
        }
    }

    private static final class RowSupport extends WriteSupport<VectorRow> {
        private final Content content;
        private final Map<String, String> metadata;
        private RecordConsumer consumer;

        RowSupport(Content content, Map<String, String> metadata) {
            this.content = content;
            this.metadata = metadata;
        }

        @Override
        public WriteContext init(Configuration configuration) {
            Types.MessageTypeBuilder message = Types.buildMessage();
            message.required(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(CurrentVectors.PATH);
            if (content == Content.PATHS_AND_VECTORS) {
                message.requiredList().requiredElement(PrimitiveTypeName.FLOAT).named(CurrentVectors.VECTOR);
            }
            MessageType schema = message.named("vectors");
            return new WriteContext(schema, metadata);
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            this.consumer = recordConsumer;
        }

        @Override
        public void write(VectorRow row) {
            consumer.startMessage();
            consumer.startField(CurrentVectors.PATH, 0);
            consumer.addBinary(Binary.fromString(row.path()));
            consumer.endField(CurrentVectors.PATH, 0);
            if (content == Content.PATHS_AND_VECTORS) {
                writeList(row.vector());
            }
            consumer.endMessage();
        }

        private void writeList(float[] vector) {
            consumer.startField(CurrentVectors.VECTOR, 1);
            consumer.startGroup();
            consumer.startField("list", 0);
            for (float value : vector) {
                consumer.startGroup();
                consumer.startField("element", 0);
                consumer.addFloat(value);
                consumer.endField("element", 0);
                consumer.endGroup();
            }
            consumer.endField("list", 0);
            consumer.endGroup();
            consumer.endField(CurrentVectors.VECTOR, 1);
        }
    }
}
