package io.vitrine.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vitrine.ConfigurationException;
import io.vitrine.ImageRejectedException;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.index.Hit;
import io.vitrine.index.SearchIndex;
import io.vitrine.index.SearchMode;
import io.vitrine.job.spark.HadoopSettings;
import io.vitrine.search.Query;
import io.vitrine.search.QueryFiles;
import io.vitrine.search.QueryModel;
import io.vitrine.search.Searcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code search}: the nearest images of an index. */
@Command(
        name = "search",
        customSynopsis = "jobs/search --index INDEX --query FILE|--text TEXT|--row PATH [OPTIONS]",
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

    @Option(
            names = "--query",
            paramLabel = "FILE",
            description = "A picture, or a folder of pictures, on any file system. May be given several times.")
    private List<String> pictures = List.of();

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "A text, for an index of image_embeds. May be given several times.")
    private List<String> texts = List.of();

    @Option(
            names = "--row",
            paramLabel = "PATH",
            description = "The path of an image of the index. May be given several times.")
    private List<String> rows = List.of();

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
            description = "table, or json: a line for each query, with query and hits (path, score), or error.")
    private Format format;

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
        if (pictures.isEmpty() && texts.isEmpty() && rows.isEmpty()) {
            throw new ConfigurationException(
                    "Say what to look for: --query photo.jpg, --text \"a red shoe\" or --row PATH.");
        }
        if (top < 1 || top > 100_000) {
            throw new ConfigurationException("--top is " + top + ", but a search finds 1 to 100000 images.");
        }
        SearchMode mode = exact ? SearchMode.EXACT : new SearchMode.Graph(beam);
        var hadoop = HadoopSettings.ofSubmission();
        SearchIndex opened = SearchIndex.open(index, hadoop, cache.resolve("indexes"));
        QueryModel queries = new QueryModel(opened.manifest().source(), Optional.ofNullable(model), cache, hadoop);
        try (Searcher searcher = new Searcher(opened, queries, hadoop)) {
            long failed = queries(new QueryFiles(hadoop))
                    .filter(query -> !answer(searcher, query.get(), mode))
                    .count();
            return (failed == 0 ? ExitCode.SUCCESS : ExitCode.TOO_MANY_FAILURES).status();
        }
    }

    private Stream<Supplier<Query>> queries(QueryFiles files) {
        Stream<Supplier<Query>> fromFiles = pictures.stream()
                .flatMap(location -> files.list(location).stream())
                .map(file -> () -> files.read(file));
        Stream<Supplier<Query>> fromTexts = texts.stream().map(text -> () -> new Query.Text(text));
        Stream<Supplier<Query>> fromRows = rows.stream().map(path -> () -> new Query.Row(path));
        return Stream.of(fromFiles, fromTexts, fromRows).flatMap(some -> some);
    }

    /** Whether there is an answer: a picture may be unreadable. */
    private boolean answer(Searcher searcher, Query query, SearchMode mode) {
        try {
            print(query, searcher.search(query, top, mode), Optional.empty());
            return true;
        } catch (ImageRejectedException e) {
            print(query, List.of(), Optional.of(e.reason().status() + ": " + e.getMessage()));
            return false;
        }
    }

    private void print(Query query, List<Hit> hits, Optional<String> error) {
        PrintWriter out = command.commandLine().getOut();
        if (format == Format.json) {
            out.println(json(query, hits, error));
        } else {
            out.println(query.name() + error.map(reason -> ": " + reason).orElse(""));
            hits.forEach(hit -> out.printf(Locale.ROOT, "  %9.6f  %s%n", hit.score(), hit.path()));
        }
        out.flush();
    }

    private static String json(Query query, List<Hit> hits, Optional<String> error) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("query", query.name());
            if (error.isPresent()) {
                json.writeStringField("error", error.get());
            }
            json.writeArrayFieldStart("hits");
            for (Hit hit : hits) {
                json.writeStartObject();
                json.writeStringField("path", hit.path());
                json.writeNumberField("score", hit.score());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory
        }
        return line.toString();
    }
}
