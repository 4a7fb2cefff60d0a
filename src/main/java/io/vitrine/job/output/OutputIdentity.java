package io.vitrine.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.OutputConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How an output's features are made. Every run on the output must make them in the same way, so that its rows can be compared.
 *
 * @param fields the checkpoint's fingerprint, preprocessing, precision, columns with their shapes and more, by name
 */
public record OutputIdentity(Map<String, String> fields) {
    public static final String FORMAT = "format";

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
            fields.putIfAbsent(FORMAT, "parquet"); // absent means Parquet
            return new OutputIdentity(fields);
        } catch (JsonProcessingException e) {
            throw new OutputConflictException(
                    source + " is damaged (" + e.getOriginalMessage()
                            + "). It says how this output's features are made; choose another --output.",
                    e);
        }
    }

    /**
     * Refuses an output whose features are made in another way.
     *
     * @param existing how the output's features are made
     * @throws OutputConflictException naming every difference
     */
    public void requireSame(OutputIdentity existing, String output) {
        TreeSet<String> names = new TreeSet<>(fields.keySet());
        names.addAll(existing.fields.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String here = fields.getOrDefault(name, "none");
            String other = existing.fields.getOrDefault(name, "none");
            if (!here.equals(other)) {
                differences.add(name + " is " + here + ", in the output " + other);
            }
        }
        if (!differences.isEmpty()) {
            throw new OutputConflictException("The output " + output + " holds features that are made in another way: "
                    + String.join("; ", differences) + ". Choose another --output, or ask for the same.");
        }
    }
}
