package io.vitrine.cli;

import io.vitrine.index.SearchMode;
import io.vitrine.search.Searcher;
import io.vitrine.search.page.AnswerPage;
import io.vitrine.search.page.PageFile;
import io.vitrine.search.serve.SearchServer;
import io.vitrine.search.serve.SearchService;
import io.vitrine.vectors.ResultFolder.Existing;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Answers for a person: a page in a file, or a server of pages. */
@Section("Pages")
final class SearchPageOptions {
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
    Optional<AnswerPage> page(Searcher searcher, long images, Existing existing) {
        return Optional.ofNullable(html)
                .map(file -> new AnswerPage(new PageFile(file, existing, searcher.configuration()), searcher, images));
    }

    /**
     * Serves until this thread is interrupted.
     *
     * @param output is told the address
     */
    void serve(Searcher searcher, SearchMode mode, int top, Consumer<String> output) {
        try (SearchService service = new SearchService(searcher, mode, top);
                SearchServer server = SearchServer.start(port, service)) {
            output.accept("Serving " + server.address() + " until interrupted");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Signals.ending(); // what follows only closes
        }
    }
}
