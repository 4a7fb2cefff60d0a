package io.vitrine.search.serve;

import io.vitrine.ConfigurationException;
import io.vitrine.index.SearchMode;
import io.vitrine.search.Answer;
import io.vitrine.search.Query;
import io.vitrine.search.Searcher;
import io.vitrine.search.page.IllustratedAnswer;
import io.vitrine.search.page.Pictures;
import io.vitrine.search.page.SearchForm;
import io.vitrine.search.page.SearchPage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Answers searches one after the other: the model and the decoder have room for one. */
public final class SearchService implements AutoCloseable {
    private static final int WAIT_SECONDS = 60;
    private static final int MAX_TOP = 100; // pictures on a page
    private static final Duration PICTURES_LIMIT = Duration.ofSeconds(60);

    private final Searcher searcher;
    private final Pictures pictures;
    private final SearchMode mode;
    private final SearchForm form;
    private final SearchPage page;
    private final ReentrantLock turn = new ReentrantLock(/* fair= */ true);

    /**
     * Loads the checkpoint.
     *
     * @param top how many images to find, unless a request says otherwise
     * @throws ConfigurationException if the checkpoint is not the index's, or a page does not show so many images
     */
    public SearchService(Searcher searcher, SearchMode mode, int top) {
        if (top > MAX_TOP) {
            throw new ConfigurationException(
                    "--top is " + top + ", but a page of --serve shows 1 to " + MAX_TOP + " images.");
        }
        searcher.prepare();
        this.searcher = searcher;
        this.pictures = new Pictures(
                searcher.configuration(), searcher.index().manifest().source().output(), PICTURES_LIMIT);
        this.mode = mode;
        this.form = new SearchForm(searcher.takesTexts(), top, MAX_TOP);
        this.page = SearchPage.served(searcher.location(), searcher.index().manifest(), form);
    }

    SearchForm form() {
        return form;
    }

    String policy() {
        return page.policy() + "; frame-ancestors 'none'";
    }

    /** A page without answers. */
    String empty(Optional<String> fault) {
        return page.of(List.of(), fault);
    }

    String page(Query query, int top) throws RequestRefusedException {
        take();
        try {
            return page.of(
                    List.of(IllustratedAnswer.of(searcher.answer(query, top, mode), pictures)), Optional.empty());
        } finally {
            turn.unlock();
        }
    }

    Answer answer(Query query, int top) throws RequestRefusedException {
        take();
        try {
            return searcher.answer(query, top, mode);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        pictures.close();
    }

    private void take() throws RequestRefusedException {
        try {
            if (turn.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
        throw new RequestRefusedException(503, "Other searches take long. Try again.");
    }
}
