package io.vitrine.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.rows.InternalRowFrame;
import io.vitrine.testkit.LocalSpark;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.RDDScanExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** Rows with all kinds of columns reach Parquet: uncopied from an RDD, copied from any other plan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PassThroughScanIT {
    private static final StructType TOP =
            new StructType().add("label", DataTypes.StringType).add("probability", DataTypes.FloatType);
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType)
            .add("width", DataTypes.IntegerType)
            .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add("hidden", DataTypes.BinaryType)
            .add("modified", DataTypes.TimestampType)
            .add("price", DataTypes.createDecimalType(20, 4))
            .add("top", DataTypes.createArrayType(TOP, false))
            .add("tags", DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType));

    @TempDir
    private static Path folder;

    private final BlockingQueue<QueryExecution> written = new LinkedBlockingQueue<>();
    private final List<Row> rows = new ArrayList<>();
    private SparkSession spark;

    @BeforeAll
    void start() {
        spark = LocalSpark.session();
        spark.listenerManager().register(new QueryExecutionListener() {
            @Override
            public void onSuccess(String name, QueryExecution execution, long nanos) {
                if (name.equals("command")) {
                    written.add(execution);
                }
            }

            @Override
            public void onFailure(String name, QueryExecution execution, Exception exception) {}
        });
        Random random = new Random(5);
        for (int i = 0; i < 40; i++) {
            byte[] hidden = new byte[100_000];
            random.nextBytes(hidden);
            float[] vector = {random.nextFloat(), i};
            rows.add(i % 7 == 0 ? nothing(i) : row(i, vector, hidden));
        }
    }

    private static Row nothing(int i) {
        return RowFactory.create("image-" + i, null, null, null, null, null, null, null);
    }

    private static Row row(int i, float[] vector, byte[] hidden) {
        return RowFactory.create(
                "image-" + i,
                i,
                vector,
                hidden,
                new Timestamp(1_700_000_000_123L + i),
                new BigDecimal(i).movePointLeft(1), // a smaller scale than the column's
                List.of(RowFactory.create("cat", 0.5f), RowFactory.create("dog " + i, 0.25f)),
                Map.of("tag", (long) i));
    }

    @AfterAll
    void stop() {
        spark.stop();
    }

    private Dataset<Row> frame() {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return InternalRowFrame.of(spark, context.parallelize(rows, 3), SCHEMA);
    }

    /** The leaf of the plan that wrote {@code frame}. */
    private SparkPlan write(String run, Dataset<Row> frame) throws InterruptedException {
        FeatureTable.of(spark, OutputFormat.parquet, folder.toString())
                .write(frame, run, new FeatureTable.WriteOptions(Map.of(), Map.of()));
        QueryExecution execution = written.poll(30, TimeUnit.SECONDS);
        assertThat(execution).isNotNull();
        return JavaConverters.seqAsJavaList(execution.executedPlan().collectLeaves())
                .get(0);
    }

    private void assertWritten(String run) {
        List<Row> read = FeatureTable.of(spark, OutputFormat.parquet, folder.toString())
                .written(run, SCHEMA)
                .collectAsList();
        assertThat(read).hasSameSizeAs(rows);
        for (Row expected : rows) {
            Row there = read.stream()
                    .filter(row -> row.getString(0).equals(expected.getString(0)))
                    .findFirst()
                    .orElseThrow();
            assertThat(there.<Integer>getAs("width")).isEqualTo(expected.get(1));
            assertThat(there.<byte[]>getAs("hidden")).isEqualTo(expected.get(3));
            assertThat(there.<Timestamp>getAs("modified")).isEqualTo(expected.get(4));
            if (expected.isNullAt(2)) {
                assertThat(there.isNullAt(2) && there.isNullAt(5) && there.isNullAt(6) && there.isNullAt(7))
                        .isTrue();
            } else {
                float[] vector = (float[]) expected.get(2);
                assertThat(there.<Float>getList(2)).containsExactly(vector[0], vector[1]);
                assertThat(there.getDecimal(5)).isEqualByComparingTo(expected.getDecimal(5));
                assertThat(there.<Row>getList(6)).isEqualTo(expected.get(6));
                assertThat(there.<String, Long>getJavaMap(7)).isEqualTo(expected.get(7));
            }
        }
    }

    @Test
    void rowsOfAnRddAreWrittenWithoutCopies() throws InterruptedException {
        assertThat(write("whole", frame())).isInstanceOf(PassThroughScanStrategy.Scan.class);
        assertWritten("whole");
    }

    @Test
    void rowsOfAnyOtherPlanAreWrittenBySparksOwnScan() throws InterruptedException {
        assertThat(write("filtered", frame().where("path LIKE 'image%'"))).isInstanceOf(RDDScanExec.class);
        assertWritten("filtered");
    }
}
