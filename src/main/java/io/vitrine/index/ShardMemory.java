package io.vitrine.index;

import io.vitrine.ConfigurationException;
import io.vitrine.job.spark.ClusterMode;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How many vectors a shard may have, so that its graph fits the heap of a task that builds it. Vectors are mapped files and take no
 * heap. A shard holds at most twice as many vectors as planned: clusters differ in size.
 */
final class ShardMemory {
    /** What a graph takes of a task's heap; Spark's sorting and the collector have the rest. */
    private static final double SHARE = 0.6;

    private static final int BYTES_PER_NEIGHBOR =
            10; // an ordinal and a score, in arrays a fifth longer than in the end
    private static final int BYTES_PER_VECTOR =
            180; // its lists, their place in the table, an additional element for --metric dot

    private final long heap;
    private final int tasks;

    /**
     * @param heap bytes of an executor's heap
     * @param tasks that an executor runs at a time
     */
    ShardMemory(long heap, int tasks) {
        this.heap = heap;
        this.tasks = tasks;
    }

    /** The memory of a session's executors. */
    static ShardMemory of(JavaSparkContext context) {
        SparkConf conf = context.getConf();
        boolean isLocal = ClusterMode.isLocal(context.master());
        long heap = isLocal ? Runtime.getRuntime().maxMemory() : conf.getSizeAsMb("spark.executor.memory", "1g") << 20;
        int cores = isLocal ? context.defaultParallelism() : conf.getInt("spark.executor.cores", cores(context));
        return new ShardMemory(heap, Math.max(1, cores / conf.getInt("spark.task.cpus", 1)));
    }

    /** Where the number is not set: a standalone cluster gives an executor all cores of its host, others one. */
    private static int cores(JavaSparkContext context) {
        int executors = context.sc().statusTracker().getExecutorInfos().length - 1; // the driver is one of them
        return executors > 0 ? (context.defaultParallelism() + executors - 1) / executors : 1;
    }

    static long bytesPerVector(GraphSettings graph) {
        return (long) BYTES_PER_NEIGHBOR * graph.degree() + BYTES_PER_VECTOR;
    }

    /** The vectors of the largest shard that fits. */
    long vectors(GraphSettings graph) {
        return (long) (heap * SHARE / tasks) / bytesPerVector(graph);
    }

    /**
     * The vectors to plan shards for.
     *
     * @param request may leave it open
     * @param before what the index was built with; 0 if it is new
     * @param total vectors of the index
     * @throws ConfigurationException if the number that was asked for does not fit, or if nothing useful does
     */
    int plan(IndexRequest request, int before, long total) {
        long fits = vectors(request.graph());
        if (request.shardVectors() != IndexRequest.FITTING) {
            requireFits(request, Math.min(total, 2L * request.shardVectors()), fits);
            return request.shardVectors();
        }
        if (before > 0 && Math.min(total, 2L * before) <= fits) {
            return before; // other executors than last time are no reason to build everything again
        }
        if (fits < Math.min(total, IndexRequest.LEAST_FITTING)) {
            requireFits(request, Math.min(total, IndexRequest.LEAST_FITTING), fits);
        }
        return (int) Math.min(IndexRequest.DEFAULT_SHARD_VECTORS, Math.max(2, total <= fits ? fits : fits / 2));
    }

    private void requireFits(IndexRequest request, long vectors, long fits) {
        if (vectors > fits) {
            long bytes = bytesPerVector(request.graph());
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "A graph of %,d vectors takes %,d MB of heap while it is built (%,d bytes each with --degree %d), and a task"
                            + " has %,d MB for it: %.1f of the executor's %,d MB, for %d tasks at a time. Give at most"
                            + " --shard-vectors %d (a shard may hold twice as many), or --executor-memory %dm (in local mode"
                            + " --driver-memory), or run fewer tasks at a time with --conf spark.task.cpus.",
                    vectors,
                    vectors * bytes >> 20,
                    bytes,
                    request.graph().degree(),
                    fits * bytes >> 20,
                    SHARE,
                    heap >> 20,
                    tasks,
                    Math.max(1, fits / 2),
                    (long) (vectors * bytes * tasks / SHARE) / (1 << 20) + 1));
        }
    }
}
