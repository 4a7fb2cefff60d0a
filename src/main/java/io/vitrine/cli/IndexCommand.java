package io.vitrine.cli;

import io.vitrine.index.GraphSettings;
import io.vitrine.index.IndexBuild;
import io.vitrine.index.IndexManifest;
import io.vitrine.index.IndexRequest;
import io.vitrine.index.Metric;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code index}: an index of an output's vectors, to search. */
@Command(
        name = "index",
        customSynopsis = "jobs/index --features OUTPUT --column NAME --output INDEX [OPTIONS]",
        description = {
            "Builds an index of an output's current vectors, or brings one up to date: shards whose images are the same"
                    + " stay. Search it with jobs/search.",
            "Options of spark-submit (--master, --conf, --executor-memory, ...) apply too."
        },
        mixinStandardHelpOptions = true)
@Section("Index")
final class IndexCommand implements Callable<Integer> {
    /** How vectors are compared. */
    enum MetricChoice {
        cosine,
        dot,
        l2
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private FeaturesOptions features;

    @Option(
            names = "--output",
            paramLabel = "INDEX",
            required = true,
            description = "A folder for the index, on any file system. It changes in one step, at the end.")
    private String output;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            defaultValue = "cosine",
            description = "How vectors are compared: cosine, dot or l2.")
    private MetricChoice metric;

    @Option(
            names = "--shard-vectors",
            paramLabel = "N",
            defaultValue = "" + IndexRequest.DEFAULT_SHARD_VECTORS,
            description =
                    "Plan shards of at most N vectors. A task builds a shard on its host's disk; a graph takes about"
                            + " 300 bytes of heap for each vector.")
    private int shardVectors;

    @Option(
            names = "--exact-below",
            paramLabel = "N",
            defaultValue = "" + IndexRequest.DEFAULT_EXACT_BELOW,
            description = "Build no graphs for fewer than N vectors: searches compare all of them.")
    private long exactBelow;

    @Option(
            names = "--degree",
            paramLabel = "N",
            defaultValue = "32",
            description = "Neighbours of a vector in a graph. More find more, and take more space and time.")
    private int degree;

    @Option(
            names = "--build-beam",
            paramLabel = "N",
            defaultValue = "100",
            description = "Candidates that are kept while a vector's neighbours are looked for.")
    private int beam;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description =
                    "A column that the output carries from its list of images, such as a class. Searches show it as"
                            + " each image's label.")
    private String labelColumn;

    @Override
    public Integer call() {
        IndexRequest request = new IndexRequest(
                features.features(),
                features.column(),
                Metric.valueOf(metric.name().toUpperCase(Locale.ROOT)),
                output,
                shardVectors,
                exactBelow,
                new GraphSettings(degree, beam),
                Optional.ofNullable(labelColumn));
        return new ReadingSession(command).run(spark -> build(spark, request));
    }

    private ExitCode build(SparkSession spark, IndexRequest request) {
        PrintWriter out = command.commandLine().getOut();
        IndexBuild.Result result = new IndexBuild(spark, request).run(line -> {
            out.println(line);
            out.flush();
        });
        out.printf(
                Locale.ROOT,
                "%s: %,d vectors in %,d shards, %,d bytes; %,d built, %,d kept%n",
                output,
                result.manifest().vectors(),
                result.manifest().shards().size(),
                result.manifest().shards().stream()
                        .mapToLong(IndexManifest.Shard::bytes)
                        .sum(),
                result.built(),
                result.kept());
        out.flush();
        return ExitCode.SUCCESS;
    }
}
