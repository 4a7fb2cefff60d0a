package io.vitrine.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/**
 * Parses JSON from an untrusted file. Nesting, the number of tokens and the length of strings are limited, because a parsed token
 * takes some fifty times the memory of its two bytes. A key that occurs twice in an object is an error: readers differ on which
 * one counts.
 */
final class BoundedJson {
    private static final int MAX_STRING = 4 << 20;

    private final ObjectMapper mapper;
    private final int maxTokens;

    /**
     * @param maxDepth the deepest nesting of objects and arrays
     * @param maxTokens braces, brackets, keys and values in a file
     */
    BoundedJson(int maxDepth, int maxTokens) {
        this.mapper = new ObjectMapper(JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(MAX_STRING)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // its table fails on keys made to collide
                .build());
        this.maxTokens = maxTokens;
    }

    /**
     * A parser of {@code in}, with a codec for whole values.
     *
     * @throws IOException later, if the text is not JSON or exceeds a limit
     */
    JsonParser parser(InputStream in) throws IOException {
        return new Counted(mapper.createParser(in), maxTokens);
    }

    /** The value that {@code in} holds; null if it is empty. */
    JsonNode read(InputStream in) throws IOException {
        try (JsonParser parser = parser(in)) {
            JsonNode node = mapper.readTree(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "more than one value");
            }
            return node;
        }
    }

    /** Counts tokens while values are built from them. */
    private static final class Counted extends JsonParserDelegate {
        private final int maxTokens;
        private int tokens;

        Counted(JsonParser parser, int maxTokens) {
            super(parser);
            this.maxTokens = maxTokens;
        }

        @Override
        public JsonToken nextToken() throws IOException {
            if (++tokens > maxTokens) {
                throw new JsonParseException(this, "more than " + maxTokens + " keys, values and brackets");
            }
            return super.nextToken();
        }
    }
}
