package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.index.Hit;
import io.vitrine.index.SearchMode;
import io.vitrine.job.spark.HadoopSettings;
import io.vitrine.report.VisibleText;
import io.vitrine.search.Answer;
import io.vitrine.search.Query;
import io.vitrine.search.QueryFiles;
import io.vitrine.search.Searcher;
import io.vitrine.search.batch.BatchRequest;
import io.vitrine.search.batch.BatchSearch;
import io.vitrine.search.page.AnswerPage;
import io.vitrine.vectors.ResultFolder.Existing;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code search}: the nearest images of an index. */
@Command(
        name = "search",
        customSynopsis = {
            "jobs/search --index INDEX --query FILE|--text TEXT|--row PATH [OPTIONS]",
            "jobs/search --index INDEX --serve PORT [OPTIONS]",
            "jobs/search --index INDEX --queries TABLE --output DIR [OPTIONS]"
        },
        description = {
            "Finds the images of an index that are nearest to pictures, texts or images of the index.",
            "Vectors of queries are made by the index's checkpoint; one of another fingerprint is refused."
        },
        mixinStandardHelpOptions = true)
@Section("Search")
final class SearchCommand implements Callable<Integer> {
    /** How answers are printed. */
    enum Format {
        table,
        json
    }

    @Spec
    private CommandSpec command;

    @Option(names = "--index", paramLabel = "INDEX", required = true, description = "An index of jobs/index.")
    private String index;

    @Mixin
    private QueryOptions queries;

    @Option(names = "--top", paramLabel = "N", defaultValue = "12", description = "Find N images for each query.")
    private int top;

    @Option(names = "--exact", description = "Compare every vector of the index, also where there are graphs.")
    private boolean exact;

    @Option(
            names = "--beam",
            paramLabel = "N",
            defaultValue = "" + SearchMode.DEFAULT_BEAM,
            description = "Candidates that a search keeps in each shard. More find more, and take longer.")
    private int beam;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, or json: a line for each query, with query and hits (path, score, label), or error."
                    + " Not for --queries and --serve.")
    private Format format;

    @Mixin
    private SearchPageOptions pages;

    @Mixin
    private SearchTableOptions table;

    @Option(
            names = "--overwrite",
            description =
                    "Replace the page of --html, or the answers of an earlier search in --output, which have a _search.json.")
    private boolean overwrite;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "Where the index's checkpoint is, if it is no longer where the features were made with it.")
    private String model;

    @Option(
            names = "--model-cache",
            paramLabel = "FOLDER",
            description =
                    "Where this host keeps conversions, and copies of checkpoints and of indexes on shared storage."
                            + " Default: vitrine-models-USER in the temporary folder of the JVM.")
    private Path cache = ModelFileCache.DEFAULT;

    @Override
    public Integer call() {
        requireOneKind();
        SearchMode graph = new SearchMode.Graph(beam); // its range is checked always
        SearchMode mode = exact ? SearchMode.EXACT : graph;
        Existing existing = overwrite ? Existing.OVERWRITE : Existing.REFUSE;
        if (table.isGiven()) {
            BatchRequest request = table.request(index, top, mode, existing, cache);
            return new ReadingSession(command).run(spark -> report(new BatchSearch(spark, request).run(this::print)));
        }
        if (top < 1 || top > 100_000) {
            throw new ConfigurationException("--top is " + top + ", but a search finds 1 to 100000 images.");
        }
        return pages.isServed() ? serve(mode) : answer(mode, existing);
    }

    private void requireOneKind() {
        int kinds = (queries.isEmpty() ? 0 : 1) + (pages.isServed() ? 1 : 0) + (table.isGiven() ? 1 : 0);
        if (kinds == 0) {
            throw new ConfigurationException("Say what to look for: --query photo.jpg, --text \"a red shoe\" or --row"
                    + " PATH; or --queries TABLE; or --serve PORT.");
        }
        if (kinds > 1) {
            throw new ConfigurationException("Give either --query, --text and --row, or --queries, or --serve.");
        }
        if (pages.isWritten() && queries.isEmpty()) {
            throw new ConfigurationException("--html writes answers to --query, --text and --row. Leave it out here.");
        }
        if (pages.isServed()) {
            refuse("--serve", "--format", "--overwrite");
        } else if (table.isGiven()) {
            refuse("--queries", "--format", "--model");
        } else if (!pages.isWritten()) {
            refuse("a search without --html", "--overwrite");
        }
    }

    private void refuse(String kind, String... options) {
        for (String option : options) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ConfigurationException(option + " has no effect on " + kind + ". Leave it out here.");
            }
        }
    }

    private Searcher open() {
        return Searcher.open(index, Optional.ofNullable(model), cache, HadoopSettings.ofSubmission());
    }

    private int serve(SearchMode mode) {
        Signals.interruptThisThread();
        try (Searcher searcher = open()) {
            pages.serve(searcher, mode, top, this::print);
        } catch (RuntimeException e) {
            if (Signals.received().isEmpty()) {
                throw e;
            }
        }
        return Signals.received().orElse(ExitCode.INTERRUPTED).status();
    }

    private int answer(SearchMode mode, Existing existing) {
        long failed = 0;
        try (Searcher searcher = open()) {
            List<Supplier<Query>> asked = queries.queries(new QueryFiles(searcher.configuration()));
            Optional<AnswerPage> page = pages.page(searcher, (long) asked.size() * top, existing);
            try {
                for (Supplier<Query> query : asked) {
                    Answer answer = searcher.answer(query.get(), top, mode);
                    print(format == Format.json ? answer.json() : describe(answer));
                    page.ifPresent(one -> one.add(answer));
                    failed += answer.error().isPresent() ? 1 : 0;
                }
                page.map(AnswerPage::write).ifPresent(this::printBeside);
            } finally {
                page.ifPresent(AnswerPage::close);
            }
        }
        return (failed == 0 ? ExitCode.SUCCESS : ExitCode.TOO_MANY_FAILURES).status();
    }

    private ExitCode report(BatchSearch.Result result) {
        print(String.format(
                Locale.ROOT,
                "%,d of %,d queries answered; %,d are not in the index%s",
                result.answered(),
                result.queries(),
                result.missing(),
                result.missing() == 0
                        ? ""
                        : ", such as " + VisibleText.of(result.examples().get(0))));
        return result.missing() == 0 ? ExitCode.SUCCESS : ExitCode.TOO_MANY_FAILURES;
    }

    /** Paths and labels come from strangers, and a terminal obeys some characters. */
    private static String describe(Answer answer) {
        StringBuilder lines = new StringBuilder(VisibleText.of(answer.query().name()));
        answer.error().ifPresent(reason -> lines.append(": ").append(VisibleText.of(reason)));
        for (Hit hit : answer.hits()) {
            lines.append(String.format(Locale.ROOT, "%n  %9.6f  %s", hit.score(), VisibleText.of(hit.path())));
            lines.append(hit.label().isEmpty() ? "" : "  " + VisibleText.of(hit.label()));
        }
        return lines.toString();
    }

    private void print(String line) {
        PrintWriter out = command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** To standard error: programs read the answers. */
    private void printBeside(String line) {
        PrintWriter err = command.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
