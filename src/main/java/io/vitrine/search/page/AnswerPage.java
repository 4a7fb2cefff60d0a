package io.vitrine.search.page;

import io.vitrine.ConfigurationException;
import io.vitrine.index.IndexManifest;
import io.vitrine.search.Answer;
import io.vitrine.search.Searcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A page of the answers to a few queries. At most {@value #MAX_IMAGES} images: about 15 MB. */
public final class AnswerPage implements AutoCloseable {
    static final int MAX_IMAGES = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(2); // for the pictures of one answer

    private final PageFile file;
    private final SearchPage page;
    private final Pictures pictures;
    private final List<IllustratedAnswer> answers = new ArrayList<>();

    /**
     * @param searcher that gives the answers
     * @param images the most that the page will show
     * @throws ConfigurationException if these are too many
     */
    public AnswerPage(PageFile file, Searcher searcher, long images) {
        this(file, searcher.location(), searcher.index().manifest(), images, searcher.configuration());
    }

    AnswerPage(PageFile file, String location, IndexManifest index, long images, Configuration configuration) {
        if (images > MAX_IMAGES) {
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "A page shows at most %,d images; these queries ask for %,d. Give fewer queries or a smaller --top,"
                            + " or leave --html out.",
                    MAX_IMAGES,
                    images));
        }
        this.file = file;
        this.page = SearchPage.file(location, index);
        this.pictures = new Pictures(configuration, index.source().output(), LIMIT);
    }

    /** Adds an answer and reads its pictures. */
    public void add(Answer answer) {
        answers.add(IllustratedAnswer.of(answer, pictures));
    }

    /**
     * Writes the page.
     *
     * @return how many images it shows, and how many can't be shown, in a line
     */
    public String write() {
        file.write(page.of(answers, Optional.empty()));
        long images = answers.stream().mapToLong(one -> one.hits().size()).sum();
        long unreadable =
                answers.stream().mapToLong(IllustratedAnswer::unreadable).sum();
        return String.format(
                Locale.ROOT, "%s: %,d images, %,d of them can't be shown", file.location(), images, unreadable);
    }

    @Override
    public void close() {
        pictures.close();
    }
}
