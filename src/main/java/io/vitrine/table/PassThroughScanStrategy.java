package io.vitrine.table;

import io.vitrine.table.parquet.FeatureParquetFormat;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.datasources.WriteFiles;
import org.apache.spark.sql.execution.datasources.WriteFilesExec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.IndexedSeq;
import scala.collection.JavaConverters;
import scala.collection.immutable.Seq;

/**
 * Passes an RDD's rows to {@link FeatureParquetFormat} without copies. Spark would copy each row into an UnsafeRow, and the Parquet
 * writer, which takes any kind of row, would copy every array out of it again. Applies only if nothing is between the RDD and the
 * writer: other operators may need UnsafeRows.
 */
final class PassThroughScanStrategy extends SparkStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(PassThroughScanStrategy.class);

    private PassThroughScanStrategy() {}

    /** Adds the strategy to {@code spark}, once. */
    static synchronized void install(SparkSession spark) {
        List<SparkStrategy> all = new ArrayList<>(
                JavaConverters.seqAsJavaList(spark.experimental().extraStrategies()));
        if (all.stream().noneMatch(PassThroughScanStrategy.class::isInstance)) {
            all.add(new PassThroughScanStrategy());
            spark.experimental().extraStrategies_$eq(seq(all));
        }
    }

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (plan instanceof WriteFiles write
                && write.fileFormat() instanceof FeatureParquetFormat
                && write.partitionColumns().isEmpty()
                && write.bucketSpec().isEmpty()
                && write.child() instanceof LogicalRDD rows) {
            try {
                return seq(List.of(new WriteFilesExec(
                        new Scan(rows.output().toList(), rows.rdd()),
                        write.fileFormat(),
                        write.partitionColumns(),
                        write.bucketSpec(),
                        write.options(),
                        write.staticPartitions())));
            } catch (LinkageError e) {
                LOG.info("This Spark's plans have other nodes ({}), so its own scan copies the rows.", e.getMessage());
            }
        }
        return seq(List.of()); // Spark's own strategies follow
    }

    private static <T> Seq<T> seq(List<T> list) {
        return JavaConverters.asScalaBuffer(list).toList();
    }

    /** The plan's node. Public, because Spark may copy it by reflection from its constructor's arguments. */
    public static final class Scan extends SparkPlan {
        private static final long serialVersionUID = 1;

        private final Seq<Attribute> output;
        private final transient RDD<InternalRow> rows;

        public Scan(Seq<Attribute> output, RDD<InternalRow> rows) {
            this.output = output;
            this.rows = rows;
        }

        @Override
        public RDD<InternalRow> doExecute() {
            return rows;
        }

        @Override
        public String nodeName() {
            return "PassThroughScan";
        }

        @Override
        public Seq<Attribute> output() {
            return output;
        }

        @Override
        public Seq<SparkPlan> children() {
            return seq(List.of());
        }

        /** Called by Spark 3.5; the other by Spark 4. */
        @SuppressWarnings("MissingOverride") // of either
        public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> none) {
            return this;
        }

        @SuppressWarnings("MissingOverride")
        public SparkPlan withNewChildrenInternal(scala.collection.immutable.IndexedSeq<SparkPlan> none) {
            return this;
        }

        @Override
        public int productArity() {
            return 2;
        }

        @Override
        public Object productElement(int index) {
            return index == 0 ? output : rows;
        }

        @Override
        public boolean canEqual(Object other) {
            return other instanceof Scan;
        }
    }
}
