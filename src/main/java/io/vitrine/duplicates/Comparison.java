package io.vitrine.duplicates;

import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.PathVector;
import io.vitrine.vectors.VectorRows;
import io.vitrine.vectors.VectorSample;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** Finds pairs of near-duplicates: each vector with each, or, of many vectors, within clusters and between near ones. */
final class Comparison {
    private static final int PER_CLUSTER = 64;
    private static final int LEAST_SAMPLE = 4_096;
    private static final int MOST_SAMPLE = 50_000; // 150 MB of 768 dimensions on the driver
    private static final int SMALL_BLOCK = 4_096;

    private final DuplicatesRequest request;
    private final Dataset<Row> rows;
    private final long vectors;
    private final int dimension;
    private final int blockVectors;
    private final JavaSparkContext context;

    /**
     * How vectors will be compared.
     *
     * @param clusters 1 if each vector is compared with each
     * @param incomplete vectors that can have near-duplicates in clusters that they don't visit
     */
    record Plan(Placement placement, Directions directions, int clusters, long incomplete) {
        /** Whether all near-duplicates will be found. */
        boolean isExact() {
            return incomplete == 0;
        }

        /** A line for a person. */
        String describe() {
            String what = clusters == 1
                    ? "each with each"
                    : String.format(
                            Locale.ROOT,
                            "in %,d clusters and with near ones%s",
                            clusters,
                            isExact() ? "" : String.format(Locale.ROOT, " (%,d vectors not with all)", incomplete));
            return String.format(
                    Locale.ROOT,
                    "comparing %s: %,d blocks, %d directions first",
                    what,
                    placement.blocks(),
                    directions.count());
        }
    }

    /**
     * A comparison.
     *
     * @param rows one for each content
     * @param vectors with a direction among them
     */
    Comparison(DuplicatesRequest request, Dataset<Row> rows, long vectors, int dimension) {
        this.request = request;
        this.rows = rows;
        this.vectors = vectors;
        this.dimension = dimension;
        this.blockVectors = request.blockVectors(dimension);
        this.context = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    }

    /** Looks at a sample, and counts the members of clusters if there are any. */
    Plan plan() {
        boolean isClustered = vectors >= request.exactBelow() && vectors > blockVectors;
        long clusters = isClustered ? 2 * vectors / blockVectors : 1;
        long wanted = Math.min(MOST_SAMPLE, Math.max(LEAST_SAMPLE, PER_CLUSTER * clusters));
        List<float[]> sample = VectorSample.of(rows, vectors, wanted).stream()
                .map(image -> UnitVector.of(image.vector()))
                .filter(UnitVector::hasDirection)
                .toList();
        if (sample.isEmpty()) { // no vector has a direction
            sample = List.of(new float[dimension]);
        }
        int step = Math.max(1, sample.size() / DirectionChoice.SAMPLE);
        List<float[]> some = every(step, sample);
        Directions directions = DirectionChoice.of(some, request.threshold());
        if (!isClustered) {
            return new Plan(new HashedBlocks(blocks()), directions, 1, 0);
        }
        NearClusters near =
                new NearClusters(Centroids.of(sample, vectors, blockVectors), request.threshold(), request.visits());
        ClusterSizes sizes = images().mapPartitions(new ClusterSizes.Count(context.broadcast(near)))
                .reduce(ClusterSizes::plus);
        ClusteredBlocks placement = new ClusteredBlocks(near, sizes.members(), blockVectors);
        return new Plan(placement, directions, near.centroids().count(), sizes.incomplete());
    }

    private static List<float[]> every(int step, List<float[]> sample) {
        return IntStream.range(0, sample.size())
                .filter(i -> i % step == 0)
                .mapToObj(sample::get)
                .toList();
    }

    /** Enough blocks for the memory, and for all cores if they don't get small. */
    private int blocks() {
        long forCores = Math.min(2L * context.defaultParallelism(), vectors / SMALL_BLOCK);
        return Math.max(Placement.parts(vectors, blockVectors), (int) forCores | 1);
    }

    private JavaRDD<PathVector> images() {
        return VectorRows.of(rows);
    }

    /** Pairs of paths that connect all near-duplicates. */
    JavaRDD<Tuple2<String, String>> pairs(Plan plan) {
        Broadcast<Placement> placement = context.broadcast(plan.placement());
        return images().flatMapToPair(new PlaceVectors(placement))
                .repartitionAndSortWithinPartitions(
                        new BlockKey.OnePerBlock(plan.placement().blocks()), new BlockKey.Order())
                .mapPartitions(new CompareBlock(context.broadcast(plan.directions()), request.threshold()));
    }
}
