package io.vitrine.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.vitrine.duplicates.DuplicatesRecord.Recall;
import io.vitrine.vectors.Distances;
import io.vitrine.vectors.PathVector;
import io.vitrine.vectors.VectorRows;
import io.vitrine.vectors.VectorSample;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Compares a sample of vectors with all, to see how many of their near-duplicates ended in their groups. */
final class RecallSample {
    private static final int WANTED = 256;

    private RecallSample() {}

    /**
     * Measures.
     *
     * @param rows one for each content
     * @param vectors the number of rows
     * @param members path and number of the group
     */
    static Recall of(Dataset<Row> rows, long vectors, double threshold, Dataset<Row> members) {
        SparkSession spark = rows.sparkSession();
        List<PathVector> sample = new ArrayList<>(VectorSample.of(rows, vectors, WANTED));
        sample.removeIf(image -> !UnitVector.hasDirection(UnitVector.of(image.vector())));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        JavaRDD<Tuple2<String, String>> near =
                VectorRows.of(rows).flatMap(new Near(context.broadcast(sample), (float) threshold));
        Dataset<Row> first = members.toDF("first", "first_group");
        Dataset<Row> second = members.toDF("second", "second_group");
        Row counts = spark.createDataset(near.rdd(), Encoders.tuple(Encoders.STRING(), Encoders.STRING()))
                .toDF("sampled", "near")
                .join(first, col("sampled").equalTo(col("first")), "left")
                .join(second, col("near").equalTo(col("second")), "left")
                .agg(count(lit(1)), count(when(col("first_group").equalTo(col("second_group")), lit(1))))
                .first();
        return new Recall(sample.size(), counts.getLong(0), counts.getLong(1));
    }

    private static final class Near implements FlatMapFunction<PathVector, Tuple2<String, String>> {
        private static final long serialVersionUID = 1;
        private final Broadcast<List<PathVector>> sample;
        private final float threshold;

        Near(Broadcast<List<PathVector>> sample, float threshold) {
            this.sample = sample;
            this.threshold = threshold;
        }

        @Override
        public Iterator<Tuple2<String, String>> call(PathVector image) {
            float[] unit = UnitVector.of(image.vector());
            List<Tuple2<String, String>> near = new ArrayList<>();
            for (PathVector sampled : sample.value()) {
                if (Distances.dot(sampled.vector(), unit) >= threshold
                        && !sampled.path().equals(image.path())) {
                    near.add(new Tuple2<>(sampled.path(), image.path()));
                }
            }
            return near.iterator();
        }
    }
}
