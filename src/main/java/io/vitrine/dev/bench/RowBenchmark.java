package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.job.output.ParquetSettings;
import io.vitrine.job.rows.InternalRowFrame;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Writes rows with the pooler output or the hidden states of a ViT-Base to a local Parquet file, by Spark. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(1)
public class RowBenchmark {
    private static final int ROWS = 256;
    private static final int WIDTH = 768;
    private static final int TOKENS = 197;

    /** What a row holds. */
    @Param({"VECTOR", "MATRIX_FLOAT32", "MATRIX_FLOAT16", "MATRIX_ARRAY"})
    public Feature feature;

    /** A feature column. */
    public enum Feature {
        VECTOR,
        MATRIX_FLOAT32,
        MATRIX_FLOAT16,
        MATRIX_ARRAY;

        private DataType type() {
            return switch (this) {
                case VECTOR, MATRIX_ARRAY -> DataTypes.createArrayType(DataTypes.FloatType, false);
                case MATRIX_FLOAT32, MATRIX_FLOAT16 -> DataTypes.BinaryType;
            };
        }

        private Object value(Random random) {
            return switch (this) {
                case VECTOR -> floats(WIDTH, random);
                case MATRIX_FLOAT32 -> bytes(Float.BYTES * TOKENS * WIDTH, random);
                case MATRIX_FLOAT16 -> bytes(Short.BYTES * TOKENS * WIDTH, random);
                case MATRIX_ARRAY -> floats(TOKENS * WIDTH, random);
            };
        }

        private static float[] floats(int length, Random random) {
            float[] floats = new float[length];
            for (int i = 0; i < length; i++) {
                floats[i] = random.nextFloat();
            }
            return floats;
        }

        private static byte[] bytes(int length, Random random) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }

    private Path folder;
    private SparkSession spark;
    private Dataset<Row> rows;
    private StructType schema;
    private FeatureTable table;
    private int runs;

    /** Makes the rows. */
    @Setup
    public void make() throws IOException {
        folder = Files.createTempDirectory("vitrine-rows");
        spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        Random random = new Random(1);
        List<Row> made = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            made.add(RowFactory.create("image-" + i, feature.value(random)));
        }
        schema = new StructType().add("path", DataTypes.StringType).add("feature", feature.type());
        rows = InternalRowFrame.of(
                spark, JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(made, 1), schema);
        table = FeatureTable.of(spark, OutputFormat.parquet, folder.toString());
    }

    /** Stops Spark and removes the files. */
    @TearDown
    public void remove() throws IOException {
        spark.stop();
        S3Store.delete(folder);
    }

    /** Writes a file of 256 rows; the time is per row. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void writeRow() {
        table.write(
                rows,
                "r" + runs++,
                new FeatureTable.WriteOptions(
                        ParquetSettings.of(List.of(schema.apply("feature"))), Map.of("vitrine.run", "r")));
    }
}
