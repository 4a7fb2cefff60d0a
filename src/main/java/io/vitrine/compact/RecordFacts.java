package io.vitrine.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/** How the rows of a run were made, by its record: the same keys as in the footers of its files, as far as the record has them. */
final class RecordFacts {
    /** In the record of a compaction: the metadata of its files. */
    static final String METADATA = "metadata";

    private RecordFacts() {}

    /** The metadata in the record, whose text is {@code json}; empty if it is damaged. */
    static Map<String, String> of(String json) {
        Map<String, String> facts = new TreeMap<>();
        try {
            JsonNode record = new ObjectMapper().readTree(json);
            if (record.has(METADATA)) {
                record.path(METADATA).fields().forEachRemaining(field -> put(facts, field.getKey(), field.getValue()));
                return facts;
            }
            JsonNode model = record.path("model");
            put(facts, "vitrine.model", model.path("location"));
            put(facts, "vitrine.fingerprint", model.path("fingerprint"));
            put(facts, "vitrine.image_size", model.path("image_size"));
            put(facts, "vitrine.preprocessing", model.path("preprocessing"));
            put(facts, "vitrine.precision", record.path("precision"));
            put(facts, "vitrine.engine", record.path("engine"));
            record.path("versions")
                    .fields()
                    .forEachRemaining(version -> put(facts, "vitrine.version." + version.getKey(), version.getValue()));
            return facts;
        } catch (JsonProcessingException e) {
            return Map.of();
        }
    }

    private static void put(Map<String, String> facts, String key, JsonNode value) {
        if (value.isTextual()) {
            facts.put(key, value.asText());
        }
    }
}
