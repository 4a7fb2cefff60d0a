package io.vitrine.cli;

import io.vitrine.duplicates.DuplicateFinder;
import io.vitrine.duplicates.DuplicatesPage;
import io.vitrine.duplicates.DuplicatesRecord;
import io.vitrine.duplicates.DuplicatesRecord.Found;
import io.vitrine.duplicates.DuplicatesRecord.Recall;
import io.vitrine.duplicates.DuplicatesRequest;
import io.vitrine.search.page.PageFile;
import io.vitrine.vectors.ResultFolder.Existing;
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

/** {@code duplicates}: groups of near-duplicates among the images of an output. */
@Command(
        name = "duplicates",
        customSynopsis = "jobs/duplicates --features OUTPUT --column NAME --output DIR [OPTIONS]",
        description = {
            "Finds images whose vectors are nearly the same, over the whole output, and writes them in groups with a"
                    + " representative each. Objects of the same bytes are named as such.",
            "Options of spark-submit (--master, --conf, --executor-memory, ...) apply too."
        },
        mixinStandardHelpOptions = true)
@Section("Duplicates")
final class DuplicatesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private FeaturesOptions features;

    @Option(
            names = "--threshold",
            paramLabel = "COSINE",
            defaultValue = "0.95",
            description = "Images whose vectors have at least this cosine are near-duplicates, from 0.5 to 0.9999.")
    private double threshold;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "A folder for the groups, which does not exist. DIR/duplicates.json appears last.")
    private String output;

    @Option(
            names = "--overwrite",
            description =
                    "Replace the groups of an earlier search in DIR, and the page. A folder that holds anything else is"
                            + " refused.")
    private boolean overwrite;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Write a page with small pictures of the largest groups, and of those whose images are least alike, on any"
                            + " file system.")
    private String html;

    @Option(
            names = "--exact-below",
            paramLabel = "N",
            defaultValue = "" + DuplicatesRequest.DEFAULT_EXACT_BELOW,
            description =
                    "Compare fewer than N vectors each with each. More are clustered first, and a vector is compared with"
                            + " its own cluster and those near to it.")
    private long exactBelow;

    @Option(
            names = "--visits",
            paramLabel = "N",
            defaultValue = "" + DuplicatesRequest.DEFAULT_VISITS,
            description =
                    "With clusters: compare a vector with at most N clusters besides its own. More find more pairs, and"
                            + " take longer.")
    private int visits;

    @Option(
            names = "--block-vectors",
            paramLabel = "N",
            defaultValue = "" + DuplicatesRequest.BY_MEMORY,
            description = "A task holds at most N vectors in memory. 0: as many as take 128 MiB.")
    private int blockVectors;

    @Override
    public Integer call() {
        DuplicatesRequest request = new DuplicatesRequest(
                features.features(),
                features.column(),
                threshold,
                output,
                overwrite ? Existing.OVERWRITE : Existing.REFUSE,
                exactBelow,
                blockVectors,
                visits);
        return new ReadingSession(command).run(spark -> find(spark, request));
    }

    private ExitCode find(SparkSession spark, DuplicatesRequest request) {
        PrintWriter out = command.commandLine().getOut();
        Optional<DuplicatesPage> page = Optional.ofNullable(html)
                .map(file -> new DuplicatesPage(
                        spark,
                        new PageFile(
                                file, request.existing(), spark.sessionState().newHadoopConf())));
        DuplicatesRecord record = new DuplicateFinder(spark, request).run(line -> {
            out.println(line);
            out.flush();
        });
        print(record, out);
        page.ifPresent(one -> out.println(one.write(output, record)));
        out.flush();
        return ExitCode.SUCCESS;
    }

    private void print(DuplicatesRecord record, PrintWriter out) {
        Found found = record.found();
        out.printf(
                Locale.ROOT,
                "%s: %,d groups of %,d images; besides the representatives %,d identical bytes, %,d near%n",
                output,
                found.groups(),
                found.members(),
                found.identical(),
                found.near());
        found.largest().stream()
                .limit(1)
                .forEach(largest -> out.printf(
                        Locale.ROOT,
                        "largest: %,d images like %s, with similarities from %.4f%n",
                        largest.members(),
                        largest.group(),
                        largest.leastSimilarity()));
        if (found.chained() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d images are below %s to their representative: others connect them with it%n",
                    found.chained(),
                    record.threshold());
        }
        if (record.undirected() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d vectors of zeros are like no other: %s%s%n",
                    record.undirected(),
                    String.join(", ", record.undirectedPaths()),
                    record.undirected() > record.undirectedPaths().size() ? ", ..." : "");
        }
        Recall recall = record.comparison().recall();
        if (!record.comparison().exact()) {
            out.printf(
                    Locale.ROOT,
                    "recall: of %,d pairs of %,d sampled images %,d are in one group%n",
                    recall.pairs(),
                    recall.images(),
                    recall.found());
        }
        out.flush();
    }
}
