package io.vitrine.vectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.job.output.OutputIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The vector columns of an output, as its identity describes them. */
final class VectorColumns {
    private static final String PREFIX = "column ";
    private static final String TYPE = "array<float> ";

    /**
     * A vector column.
     *
     * @param dimension elements of a vector
     * @param norm {@code l2} or {@code none}
     */
    record VectorColumn(int dimension, String norm) {}

    private final Map<String, VectorColumn> columns = new TreeMap<>();
    private final String output;

    VectorColumns(OutputIdentity identity, String output) {
        this.output = output;
        identity.fields().forEach((name, value) -> {
            if (name.startsWith(PREFIX) && value.startsWith(TYPE)) {
                parse(value.substring(TYPE.length()))
                        .ifPresent(column -> columns.put(name.substring(PREFIX.length()), column));
            }
        });
    }

    /** Empty for a matrix that was written as a flat array. */
    private Optional<VectorColumn> parse(String metadata) {
        try {
            JsonNode json = new ObjectMapper().readTree(metadata);
            JsonNode shape = json.path("shape");
            return shape.size() == 1 && shape.get(0).asInt() > 0
                    ? Optional.of(new VectorColumn(
                            shape.get(0).asInt(), json.path("normalize").asText("none")))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new OutputConflictException(
                    "_vitrine/output.json of " + output + " describes a column by what is no JSON: " + metadata
                            + ". Bring the file back from a copy.",
                    e);
        }
    }

    /** @throws ConfigurationException if the output has no such vectors; it lists those that it has */
    VectorColumn require(String name) {
        VectorColumn column = columns.get(name);
        if (column == null) {
            throw new ConfigurationException("The output " + output + " has no vectors " + name + ". "
                    + (columns.isEmpty()
                            ? "It has no column of vectors; make an output with --columns pooler_output, image_embeds,"
                                    + " cls or mean."
                            : "Choose one of its columns with --column: " + String.join(", ", columns.keySet()) + "."));
        }
        return column;
    }
}
