package io.vitrine.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vitrine.index.Hit;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param hits nearest first; none if there is an error
 * @param error why the query, a picture, can't be answered: a status and a sentence
 */
public record Answer(Query query, List<Hit> hits, Optional<String> error) {
    /** One line: query, error if there is one, and hits with path, score and, in an index with labels, label. */
    public String json() {
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
                if (!hit.label().isEmpty()) {
                    json.writeStringField("label", hit.label());
                }
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
