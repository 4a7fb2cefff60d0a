package io.vitrine.table.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the store fails while a file is written, its stream is closed, and nothing more is sent to it. */
final class FeatureFileWriterTest {
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.LongType)
            .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false));
    private static final InternalRow ROW =
            new GenericInternalRow(new Object[] {7L, UnsafeArrayData.fromPrimitiveArray(new float[1000])});

    /** Takes the first bytes and fails then. */
    public static final class FullStore extends RawLocalFileSystem {
        private static int room;
        private static int refused;
        private static int closed;

        @Override
        public URI getUri() {
            return URI.create("full:///");
        }

        @Override
        public FSDataOutputStream create(
                Path file, boolean overwrite, int buffer, short replication, long block, Progressable progress)
                throws IOException {
            return new FSDataOutputStream(
                    new OutputStream() {
                        @Override
                        public void write(int octet) throws IOException {
                            if (room == 0) {
                                refused++;
                                throw new IOException("the store is full");
                            }
                            room--;
                        }

                        @Override
                        public void close() {
                            closed++;
                        }
                    },
                    null);
        }
    }

    @BeforeEach
    void reset() {
        FullStore.room = 100;
        FullStore.refused = 0;
        FullStore.closed = 0;
    }

    private static FeatureFileWriter writer() throws IOException {
        Configuration conf = new Configuration(false);
        conf.set("fs.full.impl", FullStore.class.getName());
        conf.set("parquet.enable.dictionary#vector", "false");
        conf.set("parquet.block.size", "100000");
        conf.set("parquet.compression", "UNCOMPRESSED");
        conf.set(SQLConf.PARQUET_WRITE_LEGACY_FORMAT().key(), "false");
        conf.set(SQLConf.PARQUET_OUTPUT_TIMESTAMP_TYPE().key(), "INT96");
        conf.set(SQLConf.PARQUET_FIELD_ID_WRITE_ENABLED().key(), "false");
        conf.set("spark.sql.parquet.variant.annotateLogicalType.enabled", "false"); // read by Spark 4
        ParquetWriteSupport.setSchema(SCHEMA, conf);
        return new FeatureFileWriter(
                "full:///file.parquet", SCHEMA, new TaskAttemptContextImpl(conf, new TaskAttemptID()));
    }

    private static void assertClosedAtTheFirstFailure() {
        assertThat(FullStore.refused).isEqualTo(1);
        assertThat(FullStore.closed).isPositive();
    }

    @Test
    void theBeginningOfAFile() {
        FullStore.room = 0;
        assertThatThrownBy(FeatureFileWriterTest::writer).hasMessageContaining("the store is full");
        assertClosedAtTheFirstFailure();
    }

    @Test
    void aRowThatFillsAGroup() throws IOException {
        FeatureFileWriter writer = writer();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        writer.write(ROW);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the store is full");
        assertThat(FullStore.closed).isZero();
        writer.close();
        assertClosedAtTheFirstFailure();
    }

    @Test
    void theLastGroup() throws IOException {
        FeatureFileWriter writer = writer();
        writer.write(ROW);
        assertThatThrownBy(writer::close).hasMessageContaining("the store is full");
        assertClosedAtTheFirstFailure();
    }

    @Test
    void theFooter() throws IOException {
        FullStore.room = 4; // the magic number
        FeatureFileWriter writer = writer();
        assertThatThrownBy(writer::close).hasStackTraceContaining("the store is full");
        assertClosedAtTheFirstFailure();
    }
}
