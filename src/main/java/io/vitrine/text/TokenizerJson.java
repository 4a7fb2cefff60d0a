package io.vitrine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The small parts of a tokenizer.json; its vocabulary, which is most of it, is passed over. */
final class TokenizerJson {
    private static final Set<String> PARTS = Set.of("normalizer", "padding");
    private static final int MAX_DEPTH = 64;

    private TokenizerJson() {}

    /**
     * What {@code bytes} says under {@code normalizer} and {@code padding}.
     *
     * @param file named in errors
     * @throws ModelException if it is not a JSON object
     */
    static JsonNode parts(byte[] bytes, Path file) {
        ObjectMapper mapper = new ObjectMapper(JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // its table fails on keys made to collide
                .build());
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        try (JsonParser parser = mapper.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (PARTS.contains(name)) {
                    parts.set(name, mapper.readTree(parser));
                } else {
                    parser.skipChildren();
                }
            }
            return parts;
        } catch (IOException e) {
            throw new ModelException(
                    file + " is not a tokenizer: " + e.getMessage() + ". Copy it again from the checkpoint's source.",
                    e);
        }
    }
}
