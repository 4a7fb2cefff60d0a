package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
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

/** Writes rows with the hidden states of a ViT-Base to a local Parquet file, by Spark. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(1)
public class RowBenchmark {
    private static final int ROWS = 64;
    private static final int ELEMENTS = 197 * 768;

    /** Bytes per element: 4 for float32, 2 for float16. */
    @Param({"4", "2"})
    public int bytes;

    private Path folder;
    private SparkSession spark;
    private Dataset<Row> rows;
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
            byte[] values = new byte[bytes * ELEMENTS];
            random.nextBytes(values);
            made.add(RowFactory.create("image-" + i, values));
        }
        StructType schema =
                new StructType().add("path", DataTypes.StringType).add("last_hidden_state", DataTypes.BinaryType);
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

    /** Writes a file of 64 rows; the time is per row. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void writeRow() {
        table.write(
                rows,
                "r" + runs++,
                new FeatureTable.WriteOptions(
                        Map.of("parquet.enable.dictionary#last_hidden_state", "false"), Map.of("vitrine.run", "r")));
    }
}
