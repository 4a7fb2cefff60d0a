package io.vitrine.cli;

import io.vitrine.index.IndexManifest;
import io.vitrine.index.SearchMode;
import io.vitrine.search.Searcher;
import io.vitrine.search.page.AnswerPage;
import io.vitrine.search.page.PageFile;
import io.vitrine.search.page.Pictures;
import io.vitrine.search.page.SearchForm;
import io.vitrine.search.serve.SearchServer;
import io.vitrine.search.serve.SearchService;
import io.vitrine.vectors.ResultFolder.Existing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Answers for a person: a page in a file, or a server of pages. */
@Section("Pages")
final class SearchPageOptions {
    private static final int MAX_TOP = 100; // pictures on a page of a server
    private static final Duration PICTURES_LIMIT = Duration.ofSeconds(60);

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the answers as one HTML page with small pictures, on any file system.")
    private String html;

    @Option(
            names = "--serve",
            paramLabel = "PORT",
            description = {
                "Serve a page with a search form, and JSON at /api/search, to this host only, until the command is"
                        + " interrupted. 0 takes a free port."
            })
    private Integer port;

    boolean isServed() {
        return port != null;
    }

    boolean isWritten() {
        return html != null;
    }

    /** The page to write; empty without {@code --html}. */
    Optional<AnswerPage> page(
            String index, IndexManifest manifest, long images, Existing existing, Configuration hadoop) {
        return Optional.ofNullable(html)
                .map(file ->
                        new AnswerPage(new PageFile(file, existing, hadoop), index, manifest, images, hadoop));
    }

    /**
     * Serves until this thread is interrupted.
     *
     * @param output is told the address
     */
    void serve(
            String index, Searcher searcher, SearchMode mode, int top, Configuration hadoop, Consumer<String> output) {
        searcher.prepare();
        boolean texts = searcher.index().manifest().source().column().equals("image_embeds");
        SearchForm form = new SearchForm(texts, Math.min(top, MAX_TOP), MAX_TOP);
        try (Pictures pictures = new Pictures(hadoop, PICTURES_LIMIT);
                SearchServer server =
                        SearchServer.start(port, new SearchService(index, searcher, pictures, mode, form))) {
            output.accept("Serving " + server.address() + " until interrupted");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Signals.ending(); // what follows only closes
        }
    }
}
