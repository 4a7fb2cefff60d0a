package io.vitrine.probe;

import static org.apache.spark.sql.functions.col;

import io.vitrine.report.ClassScore;
import io.vitrine.report.LabelTally;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** What a model says of images whose class is known. */
final class ProbeOutcomes {
    private final JavaRDD<Outcome> outcomes;

    /** An image's class, the one that the model says, and how far they are apart. */
    record Outcome(int actual, int predicted, ClassScore score) implements Serializable {}

    /** So many images of one class that the model takes for another, or for what they are. */
    record Pair(int actual, int predicted, long images) implements Serializable {}

    /** @param images with {@link LabelledVectors#CLASS} and {@link LabelledVectors#VECTOR} */
    ProbeOutcomes(SparkSession spark, Dataset<Row> images, LogisticRegressionModel model) {
        Broadcast<Coefficients> sent = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new Coefficients(model.coefficientMatrix(), model.interceptVector()));
        this.outcomes = images.select(col(LabelledVectors.CLASS), col(LabelledVectors.VECTOR))
                .javaRDD()
                .mapPartitions(new Judge(sent));
    }

    /** A linear model: (classes, dimension) and (classes). */
    private record Coefficients(Matrix weights, Vector intercepts) implements Serializable {
        double[] logits(double[] vector) {
            double[] logits = weights.multiply(new DenseVector(vector)).toArray();
            for (int i = 0; i < logits.length; i++) {
                logits[i] += intercepts.apply(i);
            }
            return logits;
        }
    }

    private record Judge(Broadcast<Coefficients> model) implements FlatMapFunction<Iterator<Row>, Outcome> {
        @Override
        public Iterator<Outcome> call(Iterator<Row> rows) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public Outcome next() {
                    return outcome(rows.next());
                }
            };
        }

        private Outcome outcome(Row row) {
            List<Float> elements = row.getList(1);
            double[] vector = new double[elements.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = elements.get(i);
            }
            double[] logits = model.value().logits(vector);
            int predicted = 0;
            for (int i = 1; i < logits.length; i++) {
                predicted = logits[i] > logits[predicted] ? i : predicted;
            }
            return new Outcome(row.getInt(0), predicted, ClassScore.of(logits, row.getInt(0)));
        }
    }

    /** Accuracies and loss. Parts are added in their order, so that the sum is the same each time. */
    LabelTally tally() {
        LabelTally all = new LabelTally();
        outcomes.mapPartitions(part -> {
                    LabelTally tally = new LabelTally();
                    part.forEachRemaining(outcome -> tally.add(outcome.score()));
                    return List.of(tally).iterator();
                })
                .collect()
                .forEach(all::add);
        return all;
    }

    /** Images of each class, and those of them that the model tells right, by class. */
    Map<Integer, long[]> byClass() {
        return outcomes.mapToPair(outcome ->
                        new Tuple2<>(outcome.actual(), new long[] {1, outcome.actual() == outcome.predicted() ? 1 : 0}))
                .reduceByKey((a, b) -> new long[] {a[0] + b[0], a[1] + b[1]})
                .collectAsMap();
    }

    /** The most frequent confusions of one class with another, the most frequent first. */
    List<Pair> confusions(int most) {
        JavaPairRDD<Long, Long> pairs = outcomes.filter(outcome -> outcome.actual() != outcome.predicted())
                .mapToPair(outcome -> new Tuple2<>((long) outcome.actual() << 32 | outcome.predicted(), 1L))
                .reduceByKey(Long::sum);
        return new ArrayList<>(
                pairs.map(pair -> new Pair((int) (pair._1() >> 32), pair._1().intValue(), pair._2()))
                        .takeOrdered(most, new MostFrequent()));
    }

    private static final class MostFrequent implements Comparator<Pair>, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public int compare(Pair a, Pair b) {
            return Comparator.comparingLong(Pair::images)
                    .reversed()
                    .thenComparingInt(Pair::actual)
                    .thenComparingInt(Pair::predicted)
                    .compare(a, b);
        }
    }
}
