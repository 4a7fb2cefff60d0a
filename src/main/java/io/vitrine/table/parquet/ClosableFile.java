package io.vitrine.table.parquet;

import java.io.IOException;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parquet's file, whose stream can be closed without a footer. */
final class ClosableFile extends ParquetFileWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ClosableFile.class);

    ClosableFile(
            OutputFile file,
            MessageType schema,
            Mode mode,
            long rowGroupBytes,
            int padding,
            ParquetProperties properties)
            throws IOException {
        super(
                file,
                schema,
                mode,
                rowGroupBytes,
                padding,
                properties.getColumnIndexTruncateLength(),
                properties.getStatisticsTruncateLength(),
                properties.getPageWriteChecksumEnabled());
    }

    /** Closes the stream. What led here is the fault to report, not what this throws. */
    void abandon() {
        try {
            out.close();
        } catch (IOException e) {
            LOG.debug("Cannot close the stream of a file that is given up", e);
        }
    }
}
