package io.vitrine.table.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.codec.CodecConfig;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One Parquet file. Columns of features go to their pages an array at a time ({@link PlainColumn}). All others go through Spark's
 * write support and Parquet's column writers. Row groups, pages, compression, statistics and footer are as Parquet's own writer
 * makes them.
 */
final class FeatureFileWriter extends OutputWriter {
    private static final int ROWS_PER_CHECK = 16; // adding up the sizes of all columns takes longer than a small row

    private final String path;
    private final ParquetProperties properties;
    private final MessageType schema;
    private final MessageType otherSchema;
    private final Map<String, String> footer;
    private final WriteSupport<InternalRow> support;
    private final List<PlainColumn> columns = new ArrayList<>();
    private final List<Other> others = new ArrayList<>();
    private final CodecFactory codecs;

    @SuppressWarnings("deprecation") // the page store of Spark 3.5's Parquet takes no other
    private final CodecFactory.BytesCompressor compressor;

    private final ClosableFile file;
    private final long rowGroupBytes;

    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore store; // of the other columns
    private RecordConsumer consumer;
    private long groupLimit;
    private long rows;

    /** Whether something was thrown, so that what is buffered need not fit together any more. */
    private boolean failed;

    /** @param rowType the columns of the rows, in their order */
    FeatureFileWriter(String path, StructType rowType, TaskAttemptContext context) throws IOException {
        this.path = path;
        Configuration conf = context.getConfiguration();
        WriteSupport.WriteContext whole = new FeatureParquetFormat.WriteSupport().init(conf);
        this.schema = whole.getSchema();
        this.footer = whole.getExtraMetaData();
        this.properties = WriterSettings.properties(conf);
        StructType rest = new StructType();
        for (int i = 0; i < rowType.length(); i++) {
            StructField field = rowType.apply(i);
            Optional<PlainColumn> column = WriterSettings.isPlain(conf, field.name())
                    ? PlainColumn.of(field, i, schema, WriterSettings.pageLimits(properties))
                    : Optional.empty();
            column.ifPresent(columns::add);
            if (column.isEmpty()) {
                others.add(new Other(i, field.dataType()));
                rest = rest.add(field);
            }
        }
        Configuration restConf = new Configuration(conf);
        ParquetWriteSupport.setSchema(rest, restConf);
        this.support = new ParquetWriteSupport();
        this.otherSchema = support.init(restConf).getSchema();
        this.rowGroupBytes = ParquetOutputFormat.getLongBlockSize(conf);
        this.codecs = new CodecFactory(conf, properties.getPageSizeThreshold());
        this.compressor = codecs.getCompressor(CodecConfig.from(context).getCodec());
        this.file = new ClosableFile(
                HadoopOutputFile.fromPath(new Path(path), conf),
                schema,
                ParquetFileWriter.Mode.CREATE,
                rowGroupBytes,
                conf.getInt(ParquetOutputFormat.MAX_PADDING_BYTES, ParquetWriter.MAX_PADDING_SIZE_DEFAULT),
                properties);
        boolean begun = false;
        try {
            file.start();
            beginGroup();
            begun = true;
        } finally {
            failed = !begun;
            if (failed) { // nobody will call close
                release();
            }
        }
    }

    /** A column that Parquet's own writers store. */
    private record Other(int ordinal, DataType type) {
        Object value(InternalRow row) {
            return row.isNullAt(ordinal) ? null : row.get(ordinal, type);
        }
    }

    private void beginGroup() throws IOException {
        pages = new ColumnChunkPageWriteStore(
                compressor,
                schema,
                new HeapByteBufferAllocator(),
                properties.getColumnIndexTruncateLength(),
                properties.getPageWriteChecksumEnabled());
        store = properties.newColumnWriteStore(otherSchema, pages);
        consumer = new ColumnIOFactory().getColumnIO(otherSchema).getRecordWriter(store);
        support.prepareForWrite(consumer);
        for (PlainColumn column : columns) {
            column.begin(pages);
        }
        groupLimit = Math.min(file.getNextRowGroupSize(), rowGroupBytes);
        rows = 0;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(InternalRow row) {
        boolean written = false;
        try {
            Object[] values = new Object[others.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = others.get(i).value(row);
            }
            support.write(new GenericInternalRow(values));
            for (PlainColumn column : columns) {
                column.add(row);
            }
            rows++;
            if (isGroupFull()) {
                endGroup();
                beginGroup();
            }
            written = true;
        } catch (IOException e) {
            throw Unchanged.<RuntimeException>exception(e);
        } finally {
            failed |= !written;
        }
    }

    /** Whether one more row might be too many. */
    private boolean isGroupFull() {
        long bytes = columns.stream().mapToLong(PlainColumn::bufferedBytes).sum();
        if (rows % ROWS_PER_CHECK == 0) {
            bytes += store.getBufferedSize();
        }
        return bytes + 2 * (bytes / rows) > groupLimit;
    }

    private void endGroup() throws IOException {
        if (rows == 0) {
            return;
        }
        consumer.flush();
        store.flush();
        for (PlainColumn column : columns) {
            column.end();
        }
        file.startBlock(rows);
        pages.flushToFileWriter(file);
        file.endBlock();
    }

    /** Ends the file. After a failure, only closes its stream: Spark then deletes it. */
    @Override
    public void close() {
        boolean ended = false;
        try {
            if (!failed) {
                endGroup();
                file.end(footer);
                ended = true;
            }
        } catch (IOException e) {
            throw Unchanged.<RuntimeException>exception(e);
        } finally {
            failed = !ended;
            release();
        }
    }

    private void release() {
        if (failed) {
            file.abandon();
        }
        codecs.release();
    }
}
