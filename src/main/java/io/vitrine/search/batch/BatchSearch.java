package io.vitrine.search.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.index.IndexManifest;
import io.vitrine.index.IndexPart;
import io.vitrine.index.SearchIndex;
import io.vitrine.index.SearchMode;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.search.batch.BatchQueries.Found;
import io.vitrine.search.batch.ShardTasks.Shards;
import io.vitrine.vectors.ResultFolder;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Answers the queries of a table, each shard on the executors. An answer is the same as that of a single search. The output is a
 * folder of Parquet files with the rows of {@link HitRows}, and {@value #MANIFEST}, which appears last; where the file system renames
 * folders in one step, the whole folder does.
 */
public final class BatchSearch {
    /** The name of the file that says what was answered. */
    public static final String MANIFEST = "_search.json";

    private static final Predicate<String> PARQUET_FILES =
            Pattern.compile("part-.*|_SUCCESS|_temporary|\\..*\\.crc").asMatchPredicate();

    private static final int EXAMPLES = 10;
    private static final int QUERIES_PER_TASK = 10_000;

    private final SparkSession spark;
    private final BatchRequest request;
    private final ResultFolder target;
    private final Configuration hadoop;

    /**
     * What was answered.
     *
     * @param index the index and its build
     * @param search {@code exact}, or {@code graph} with its candidates
     * @param queries in the table
     * @param answered those with rows in the output
     * @param missing paths that are not in the index
     * @param examples of missing paths
     */
    public record Result(
            String index,
            String build,
            String search,
            int top,
            long queries,
            long answered,
            long missing,
            List<String> examples) {}

    public BatchSearch(SparkSession spark, BatchRequest request) {
        this.spark = spark;
        this.request = request;
        this.hadoop = spark.sessionState().newHadoopConf();
        this.target = new ResultFolder(
                request.output(), hadoop, request.existing(), "answers to a table", MANIFEST, PARQUET_FILES);
    }

    /**
     * Answers.
     *
     * @param plan is told in a line what will be done, before it is
     * @throws ConfigurationException if there is no index, or none with images, or the queries do not fit it
     * @throws OutputConflictException if the output exists, or the queries' vectors were made in another way than the index's
     */
    public Result run(Consumer<String> plan) {
        target.requireFree();
        IndexManifest index = SearchIndex.manifest(request.index(), hadoop);
        if (index.shards().isEmpty()) {
            throw new ConfigurationException("The index " + request.index()
                    + " holds no images, so no query has an answer. Run jobs/index again when its output has some.");
        }
        try (JobLabel described = JobLabel.describe(spark, "vitrine search: " + request.output())) {
            return SparkFailures.explain("search for", request.queries(), () -> run(index, plan));
        }
    }

    private Result run(IndexManifest index, Consumer<String> plan) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        List<IndexPart> parts = IndexPart.of(request.index(), index);
        Shards shards = new Shards(context.broadcast(new SerializableConfiguration(hadoop)), request.cache());
        Found found = new BatchQueries(spark, request, index).find(parts, shards);
        found.asked().ifPresent(asked -> asked.persist(StorageLevel.MEMORY_AND_DISK()));
        JavaRDD<QueryVector> vectors = found.vectors().persist(StorageLevel.MEMORY_AND_DISK());
        try {
            long answered = vectors.count();
            JavaRDD<QueryVector> queries = divided(vectors, answered, context);
            long asked = found.asked().map(JavaRDD::count).orElse(answered);
            if (answered == 0) {
                throw new ConfigurationException("The table " + request.queries()
                        + (asked == 0
                                ? " has no rows."
                                : " names no image of the index; its first path is "
                                        + found.asked().orElseThrow().first() + "."));
            }
            Result result = new Result(
                    request.index(),
                    index.id(),
                    describe(request.mode(), index),
                    request.top(),
                    asked,
                    answered,
                    asked - answered,
                    missing(found, queries, asked - answered));
            plan.accept(String.format(
                    Locale.ROOT,
                    "%,d queries, %,d vectors in %,d shards, %s",
                    answered,
                    index.vectors(),
                    parts.size(),
                    result.search()));
            return target.write(
                    folder -> {
                        spark.createDataFrame(answers(parts, queries, shards), HitRows.SCHEMA)
                                .write()
                                .parquet(folder.location());
                        return result;
                    },
                    BatchSearch::json);
        } finally {
            vectors.unpersist(false);
            found.asked().ifPresent(asked -> asked.unpersist(false));
        }
    }

    /**
     * A small file is one partition, which would be one task for each shard; paths that were looked up have a partition for each shard
     * and partition of the table, which would be tasks without number.
     */
    private static JavaRDD<QueryVector> divided(JavaRDD<QueryVector> queries, long count, JavaSparkContext context) {
        int partitions = (int) Math.max(context.defaultParallelism(), count / QUERIES_PER_TASK);
        return queries.getNumPartitions() < context.defaultParallelism()
                ? queries.repartition(partitions)
                : queries.coalesce(partitions); // never more than there are
    }

    private static String describe(SearchMode mode, IndexManifest index) {
        return mode instanceof SearchMode.Graph graph && index.structure() == IndexManifest.Structure.GRAPH
                ? "graph, " + graph.beam() + " candidates"
                : "exact";
    }

    private static List<String> missing(Found found, JavaRDD<QueryVector> queries, long count) {
        return count == 0
                ? List.of()
                : found.asked()
                        .orElseThrow()
                        .subtract(queries.map(QueryVector::query))
                        .takeOrdered(EXAMPLES);
    }

    private JavaRDD<Row> answers(List<IndexPart> parts, JavaRDD<QueryVector> queries, Shards shards) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return context.parallelize(parts, parts.size())
                .cartesian(queries)
                .mapPartitionsToPair(new ShardTasks.Search(shards, request.top(), request.mode()))
                .reduceByKey(new MergeHits(request.top()), queries.getNumPartitions())
                .flatMap(new HitRows());
    }

    private static String json(Result result) {
        try {
            return new ObjectMapper()
                            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(result)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a record of texts and numbers
        }
    }
}
