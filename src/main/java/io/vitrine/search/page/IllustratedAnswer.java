package io.vitrine.search.page;

import io.vitrine.index.Hit;
import io.vitrine.search.Answer;
import io.vitrine.search.Query;
import java.util.List;
import java.util.Optional;

/**
 * An answer with its pictures.
 *
 * @param query the picture that was searched with; empty for a text
 * @param hits a picture for each hit
 */
public record IllustratedAnswer(Answer answer, Optional<Picture> query, List<Picture> hits) {
    /** Reads the pictures of an answer. */
    public static IllustratedAnswer of(Answer answer, Pictures pictures) {
        List<Picture> hits = pictures.of(answer.hits().stream().map(Hit::path).toList());
        return new IllustratedAnswer(answer, query(answer, hits, pictures), hits);
    }

    private static Optional<Picture> query(Answer answer, List<Picture> hits, Pictures pictures) {
        if (answer.query() instanceof Query.Picture picture) {
            return Optional.of(pictures.of(picture.file()));
        }
        if (!(answer.query() instanceof Query.Row row)) {
            return Optional.empty();
        }
        for (int i = 0; i < hits.size(); i++) {
            if (answer.hits().get(i).path().equals(row.name())) {
                return Optional.of(hits.get(i)); // a row is usually its own nearest image
            }
        }
        return Optional.of(pictures.of(List.of(row.name())).get(0));
    }

    /** How many of the images that were found can't be shown. */
    public long unreadable() {
        return hits.stream().filter(Picture.Unreadable.class::isInstance).count();
    }
}
