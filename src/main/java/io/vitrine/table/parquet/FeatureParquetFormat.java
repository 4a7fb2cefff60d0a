package io.vitrine.table.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's Parquet format with the run's provenance as key-value metadata in every file's footer. Each file says what its features
 * are and how they were made. Files are written by {@link FeatureFileWriter}, or by Spark's writer where the session asks for
 * encryption, Bloom filters or another thing that only that one does.
 */
public final class FeatureParquetFormat extends ParquetFileFormat {
    private static final long serialVersionUID = 1;

    /** Writer option: a JSON object of strings to add to the footers. */
    public static final String METADATA = "vitrine.footer";

    @Override
    public OutputWriterFactory prepareWrite(
            SparkSession spark, Job job, scala.collection.immutable.Map<String, String> options, StructType schema) {
        OutputWriterFactory factory = super.prepareWrite(spark, job, options, schema);
        ParquetOutputFormat.setWriteSupportClass(job, WriteSupport.class);
        return WriterSettings.needParquetsOwn(job.getConfiguration()) ? factory : new WriterFactory(factory);
    }

    private static final class WriterFactory extends OutputWriterFactory {
        private static final long serialVersionUID = 1;

        private final OutputWriterFactory spark;

        WriterFactory(OutputWriterFactory spark) {
            this.spark = spark;
        }

        @Override
        public String getFileExtension(TaskAttemptContext context) {
            return spark.getFileExtension(context);
        }

        @Override
        public OutputWriter newInstance(String path, StructType rowType, TaskAttemptContext context) {
            try {
                return new FeatureFileWriter(path, rowType, context);
            } catch (IOException e) {
                throw Unchanged.<RuntimeException>exception(e);
            }
        }
    }

    /** Adds the metadata to Spark's own. */
    public static final class WriteSupport extends ParquetWriteSupport {
        @Override
        public WriteContext init(Configuration configuration) {
            WriteContext context = super.init(configuration);
            Map<String, String> metadata = new HashMap<>(context.getExtraMetaData());
            metadata.putAll(parse(configuration.get(METADATA, "{}")));
            return new WriteContext(context.getSchema(), metadata);
        }

        private static Map<String, String> parse(String json) {
            try {
                return new ObjectMapper().readValue(json, new TypeReference<Map<String, String>>() {});
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Not a JSON object of strings: " + json, e);
            }
        }
    }
}
