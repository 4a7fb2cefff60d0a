package io.vitrine.index;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.index.BuildShards.Built;
import io.vitrine.index.IndexManifest.Shard;
import io.vitrine.index.IndexManifest.Structure;
import io.vitrine.job.output.OutputLease;
import io.vitrine.job.output.RunId;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.vectors.Centroids;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.PathVector;
import io.vitrine.vectors.VectorRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Builds an index of an output's current vectors, or brings one up to date: shards whose images are the same as before stay. The
 * index changes in one step, when the new manifest appears. A build that dies leaves the old index as it is.
 */
public final class IndexBuild {
    private static final String LEASE_SETTING = "spark.vitrine.lease"; // as for runs of jobs/extract
    private static final String DEFAULT_LEASE = "300s";

    private final SparkSession spark;
    private final IndexRequest request;
    private final Configuration hadoop;
    private final IndexFolder folder;

    /**
     * What a build did.
     *
     * @param manifest of the index
     * @param built shards that were built
     * @param kept shards that were the same as before
     */
    public record Result(IndexManifest manifest, int built, int kept) {}

    public IndexBuild(SparkSession spark, IndexRequest request) {
        this.spark = spark;
        this.request = request;
        this.hadoop = spark.sessionState().newHadoopConf();
        this.folder = new IndexFolder(request.output(), hadoop);
    }

    /**
     * Builds.
     *
     * @param progress is told in lines what is being done
     * @throws ConfigurationException if there are no vectors
     * @throws OutputConflictException if the index is of other vectors or another metric, or another build is running
     */
    public Result run(Consumer<String> progress) {
        folder.requireOurs();
        CurrentVectors opened = CurrentVectors.open(spark, request.features(), request.column());
        folder.newest().ifPresent(old -> requireSame(opened, old));
        images(opened); // refuses columns that hold no labels
        Instant now = Instant.now();
        try (OutputLease lease = OutputLease.take(folder.leases(), RunId.after(now, List.of()), lease(), hadoop);
                JobLabel label = JobLabel.describe(spark, "vitrine index: " + request.output())) {
            return SparkFailures.explain("build the index", request.output(), () -> {
                // again: the lease may have been waited for, and the build before have read newer runs
                CurrentVectors vectors = CurrentVectors.open(spark, request.features(), request.column());
                Optional<IndexManifest> old = folder.newest();
                old.ifPresent(manifest -> requireSame(vectors, manifest));
                Result result = run(vectors, old, RunId.after(now, folder.builds()), progress);
                lease.requireHeld();
                if (result.built() > 0
                        || !old.map(IndexManifest::shards)
                                .equals(Optional.of(result.manifest().shards()))) {
                    folder.commit(result.manifest());
                }
                folder.removeUnused();
                return result;
            });
        }
    }

    private Duration lease() {
        return Duration.ofSeconds(spark.sparkContext().getConf().getTimeAsSeconds(LEASE_SETTING, DEFAULT_LEASE));
    }

    private void requireSame(CurrentVectors vectors, IndexManifest old) {
        vectors.source().requireComparable(old.source(), "the index " + request.output());
        if (old.metric() != request.metric()) {
            throw new OutputConflictException("The index " + request.output() + " is for --metric " + name(old.metric())
                    + ", not " + name(request.metric()) + ". Choose another --output.");
        }
        if (old.hasLabels() && !request.labelColumn().equals(Optional.of(old.labelColumn()))) {
            throw new OutputConflictException("The index " + request.output() + " has labels from the column "
                    + old.labelColumn() + ". Give --label-column " + old.labelColumn()
                    + ", or choose another --output.");
        }
    }

    private static String name(Metric metric) {
        return metric.name().toLowerCase(Locale.ROOT);
    }

    private Result run(CurrentVectors vectors, Optional<IndexManifest> old, String build, Consumer<String> progress) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        long total = vectors.rows().select(CurrentVectors.PATH).count();
        if (total == 0 && old.isEmpty()) { // an index whose images were all deleted becomes empty
            throw new ConfigurationException("The output " + request.features() + " has no current row with vectors "
                    + request.column() + ": every image failed or was deleted. See the status column.");
        }
        Structure structure = total < request.exactBelow() ? Structure.FLAT : Structure.GRAPH;
        int planned = structure == Structure.GRAPH
                ? ShardMemory.of(context)
                        .plan(request, old.map(IndexManifest::shardVectors).orElse(0), total)
                : flatShards();
        Optional<IndexManifest> comparable = old.filter(manifest -> isContinued(manifest, structure, total, planned));
        Centroids centroids = comparable
                .map(manifest -> new Centroids(manifest.centers()))
                .orElseGet(() -> new ShardSample(vectors, request.withShardVectors(planned)).centroids(total));
        Division division = Division.of(context, vectors, request.metric(), centroids, 2L * planned);
        Map<Integer, ShardContent> contents = division.contents();
        Map<Integer, Shard> shards =
                comparable.map(manifest -> unchanged(manifest, contents)).orElseGet(TreeMap::new);
        int kept = shards.size();
        List<Integer> changed = new ArrayList<>(contents.keySet());
        changed.removeAll(shards.keySet());
        progress.accept(String.format(
                Locale.ROOT,
                "%,d vectors %s of %d dimensions: %,d shards to build as %s, %,d as they were",
                total,
                request.column(),
                vectors.source().dimension(),
                changed.size(),
                structure.name().toLowerCase(Locale.ROOT),
                kept));
        for (Built shard : build(vectors, division.assignment(), changed, build, structure)) {
            ShardContent content = contents.get(shard.number());
            if (shard.vectors() != content.vectors()) {
                throw new IllegalStateException("shard " + shard.number() + " has " + shard.vectors()
                        + " vectors, of which " + content.vectors() + " were counted before");
            }
            shards.put(
                    shard.number(),
                    new Shard(shard.number(), shard.name(), shard.vectors(), content.text(), shard.bytes()));
        }
        IndexManifest manifest = new IndexManifest(
                IndexManifest.VERSION,
                build,
                vectors.source(),
                vectors.runs().get(vectors.runs().size() - 1),
                request.metric(),
                structure,
                request.graph(),
                shards.values().stream().mapToLong(Shard::vectors).sum(),
                planned,
                division.centroids().centers(),
                List.copyOf(shards.values()),
                request.labelColumn().orElse(""));
        return new Result(manifest, changed.size(), kept);
    }

    /** Shards without graphs take no heap. */
    private int flatShards() {
        return request.shardVectors() == IndexRequest.FITTING
                ? IndexRequest.DEFAULT_SHARD_VECTORS
                : request.shardVectors();
    }

    /** Shards that hold what one of the old shards holds, by their numbers. */
    private static Map<Integer, Shard> unchanged(IndexManifest old, Map<Integer, ShardContent> contents) {
        Map<String, Shard> byContent = new HashMap<>();
        old.shards().forEach(shard -> byContent.put(shard.content(), shard));
        Map<Integer, Shard> unchanged = new TreeMap<>();
        contents.forEach((number, content) -> {
            Shard shard = byContent.get(content.text());
            if (shard != null) {
                unchanged.put(number, new Shard(number, shard.name(), shard.vectors(), shard.content(), shard.bytes()));
            }
        });
        return unchanged;
    }

    /** Whether the old shards are still of the right kind, and of about the right number. */
    private boolean isContinued(IndexManifest old, Structure structure, long total, int planned) {
        long wanted = (total + planned - 1) / planned;
        return old.structure() == structure
                && old.graph().equals(request.graph())
                && old.shardVectors() == planned
                && old.labelColumn().equals(request.labelColumn().orElse(""))
                && wanted <= 2L * old.centers().size();
    }

    private JavaRDD<PathVector> images(CurrentVectors vectors) {
        return request.labelColumn()
                .map(carried -> VectorRows.labelled(vectors.rows(carried), carried))
                .orElseGet(() -> VectorRows.of(vectors.rows()));
    }

    private List<Built> build(
            CurrentVectors vectors,
            Broadcast<Assignment> assignment,
            List<Integer> changed,
            String build,
            Structure structure) {
        if (changed.isEmpty()) {
            return List.of();
        }
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        JavaRDD<PathVector> images = images(vectors);
        return images
                .flatMapToPair(new AssignShards.Vectors(assignment, request.metric(), new HashSet<>(changed)))
                .repartitionAndSortWithinPartitions(new ShardKey.OnePerShard(changed), new ShardKey.Order())
                .mapPartitions(new BuildShards(
                        request,
                        build,
                        vectors.source().dimension(),
                        structure,
                        context.broadcast(new SerializableConfiguration(hadoop))))
                .collect()
                .stream()
                .sorted(Comparator.comparing(Built::number))
                .toList();
    }
}
