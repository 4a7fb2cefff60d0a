package io.vitrine.search;

import io.vitrine.ConfigurationException;
import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.index.Hit;
import io.vitrine.index.SearchIndex;
import io.vitrine.index.SearchMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Answers queries from an index. Not thread-safe: its model is not. */
public final class Searcher implements AutoCloseable {
    private final String location;
    private final Configuration configuration;
    private final SearchIndex index;
    private final QueryModel model;
    private final CanonicalPaths paths;

    private Searcher(String location, SearchIndex index, QueryModel model, Configuration configuration) {
        this.location = location;
        this.configuration = configuration;
        this.index = index;
        this.model = model;
        this.paths = CanonicalPaths.ofWorkingFolder(configuration);
    }

    /**
     * Opens an index for queries.
     *
     * @param model another place of the index's checkpoint
     * @param cache a folder on this host for copies of checkpoints and of shards
     * @throws ConfigurationException if there is no index
     */
    public static Searcher open(String location, Optional<String> model, Path cache, Configuration configuration) {
        SearchIndex index = SearchIndex.open(location, configuration, cache);
        QueryModel queries = new QueryModel(index.manifest().source(), model, cache, configuration);
        return new Searcher(location, index, queries, configuration);
    }

    /** Whether the index can be searched for texts. */
    public boolean takesTexts() {
        return model.takesTexts();
    }

    /** Where the index is. */
    public String location() {
        return location;
    }

    /** How storage is reached. */
    public Configuration configuration() {
        return configuration;
    }

    /** Loads the checkpoint, which must be the index's. */
    public void prepare() {
        model.prepare();
    }

    /** The index. */
    public SearchIndex index() {
        return index;
    }

    /**
     * The nearest images, nearest first.
     *
     * @throws ImageRejectedException if the query is a picture that can't be read
     * @throws ConfigurationException if the query does not fit the index
     */
    public List<Hit> search(Query query, int top, SearchMode mode) throws ImageRejectedException {
        return index.search(vector(query), top, mode);
    }

    /**
     * The answer to a query, also to a picture that can't be read. The path of a row is full in it.
     *
     * @throws ConfigurationException if the query does not fit the index
     */
    public Answer answer(Query query, int top, SearchMode mode) {
        Query full = query instanceof Query.Row row ? new Query.Row(paths.of(row.name())) : query;
        try {
            return new Answer(full, search(full, top, mode), Optional.empty());
        } catch (ImageRejectedException e) {
            return new Answer(query, List.of(), Optional.of(e.reason().status() + ": " + e.getMessage()));
        }
    }

    /** The vector of a query. */
    public float[] vector(Query query) throws ImageRejectedException {
        if (query instanceof Query.Picture picture) {
            return model.picture(picture.file());
        }
        if (query instanceof Query.Text text) {
            return model.text(text.name());
        }
        String path = paths.of(query.name());
        return index.vector(path)
                .orElseThrow(() -> new ConfigurationException(
                        "The index has no image " + path + ". Give the path as the output has it, with its scheme."));
    }

    @Override
    public void close() {
        model.close();
        index.close();
    }
}
