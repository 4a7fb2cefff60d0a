package io.vitrine.duplicates;

import io.vitrine.ConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Joins pairs to groups: everything that is connected, also through others. Paths are numbered in their order, and the driver connects
 * the numbers: it needs 4 bytes for each path that has a near-duplicate, and executors as much.
 */
final class MemberGroups {
    private MemberGroups() {}

    /**
     * The group of each path in {@code pairs}, as rows of path and number: that of the group's least path.
     *
     * @param pairs are read twice
     */
    static Dataset<Row> of(SparkSession spark, JavaRDD<Tuple2<String, String>> pairs) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(pairs.context());
        JavaPairRDD<String, Long> numbers = pairs.flatMap(new Both())
                .distinct()
                .sortBy(new Same(), true, pairs.getNumPartitions())
                .zipWithIndex()
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
        long count = numbers.count();
        if (count > Integer.MAX_VALUE - 8) {
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "%,d images have near-duplicates, but groups of at most %,d can be made. Raise --threshold.",
                    count,
                    Integer.MAX_VALUE - 8));
        }
        Components components = new Components((int) count);
        Iterator<long[]> numbered = JavaPairRDD.fromJavaRDD(pairs)
                .join(numbers)
                .mapToPair(new SecondAndNumber())
                .join(numbers)
                .values()
                .mapPartitions(new Pack())
                .toLocalIterator();
        while (numbered.hasNext()) {
            for (long pair : numbered.next()) {
                components.connect((int) (pair >>> Integer.SIZE), (int) pair);
            }
        }
        int[] groups = new int[(int) count];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = components.root(i);
        }
        return spark.createDataset(
                        numbers.map(new Group(context.broadcast(groups))).rdd(),
                        Encoders.tuple(Encoders.STRING(), Encoders.INT()))
                .toDF();
    }

    private static final class Both implements FlatMapFunction<Tuple2<String, String>, String> {
        private static final long serialVersionUID = 1;

        @Override
        public Iterator<String> call(Tuple2<String, String> pair) {
            return List.of(pair._1(), pair._2()).iterator();
        }
    }

    private static final class Same implements Function<String, String> {
        private static final long serialVersionUID = 1;

        @Override
        public String call(String path) {
            return path;
        }
    }

    /** From (first, (second, number of first)) to (second, number of first). */
    private static final class SecondAndNumber
            implements PairFunction<Tuple2<String, Tuple2<String, Long>>, String, Long> {
        private static final long serialVersionUID = 1;

        @Override
        public Tuple2<String, Long> call(Tuple2<String, Tuple2<String, Long>> pair) {
            return pair._2();
        }
    }

    /** The pairs of a partition in arrays of 8 bytes per pair. */
    private static final class Pack implements FlatMapFunction<Iterator<Tuple2<Long, Long>>, long[]> {
        private static final long serialVersionUID = 1;
        private static final int PACK = 1 << 16;

        @Override
        public Iterator<long[]> call(Iterator<Tuple2<Long, Long>> pairs) {
            List<long[]> packs = new ArrayList<>();
            long[] pack = new long[PACK];
            int size = 0;
            while (pairs.hasNext()) {
                Tuple2<Long, Long> pair = pairs.next();
                pack[size++] = (pair._1() << Integer.SIZE) | pair._2();
                if (size == PACK) {
                    packs.add(pack);
                    pack = new long[PACK];
                    size = 0;
                }
            }
            packs.add(Arrays.copyOf(pack, size));
            return packs.iterator();
        }
    }

    private static final class Group implements Function<Tuple2<String, Long>, Tuple2<String, Integer>> {
        private static final long serialVersionUID = 1;
        private final Broadcast<int[]> groups;

        Group(Broadcast<int[]> groups) {
            this.groups = groups;
        }

        @Override
        public Tuple2<String, Integer> call(Tuple2<String, Long> number) {
            return new Tuple2<>(number._1(), groups.value()[number._2().intValue()]);
        }
    }
}
