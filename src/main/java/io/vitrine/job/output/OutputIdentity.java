package io.vitrine.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How an output's features are made, by name: every run on it must make them so, or its rows could not be compared.
 *
 * @param fields checkpoint's fingerprint, preprocessing, columns with their shapes, precision, ...
 */
public record OutputIdentity(Map<String, String> fields) {

    String json() {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(new TreeMap<>(fields)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // strings
        }
    }

    /** Reads what {@link #json} wrote. */
    static OutputIdentity parse(String json, Object source) {
        try {
            Map<String, String> fields =
                    new TreeMap<>(new ObjectMapper().readValue(json, new TypeReference<Map<String, String>>() {}));
            fields.putIfAbsent("format", "parquet"); // the only one at first
            return new OutputIdentity(fields);
        } catch (JsonProcessingException e) {
            throw new OutputConflictException(
                    source + " is damaged (" + e.getOriginalMessage()
                            + "). It says how this output's features are made; choose another --output.",
                    e);
        }
    }

    /**
     * Refuses to add to an output that is made otherwise.
     *
     * @param there what the output holds
     * @throws VitrineException naming every difference
     */
    public void requireSame(OutputIdentity there, String output) {
        TreeSet<String> names = new TreeSet<>(fields.keySet());
        names.addAll(there.fields.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String here = fields.getOrDefault(name, "none");
            String other = there.fields.getOrDefault(name, "none");
            if (!here.equals(other)) {
                differences.add(name + " is " + here + ", there " + other);
            }
        }
        if (!differences.isEmpty()) {
            throw new OutputConflictException("The output " + output + " holds features made otherwise: "
                    + String.join("; ", differences) + ". Choose another --output, or ask for the same.");
        }
    }
}
