package io.vitrine.compact;

import io.vitrine.OutputConflictException;
import io.vitrine.graph.Precision;
import io.vitrine.job.output.OutputIdentity;
import java.util.Map;
import java.util.TreeMap;

/** Refuses to put rows together that were made in other ways than an output says, as where folders of two outputs were mixed. */
final class SameIdentity {
    private static final String COLUMN = "column ";
    private static final String FINGERPRINT = "vitrine.fingerprint";

    /** Keys of footers, and the fields of an identity that say the same. */
    private static final Map<String, String> FIELDS = Map.of(
            FINGERPRINT, "fingerprint", "vitrine.preprocessing", "preprocessing", "vitrine.image_size", "image size");

    private SameIdentity() {}

    /** @throws OutputConflictException naming the run and the difference */
    static void require(MadeBy rows, OutputIdentity identity, String output) {
        Map<String, String> metadata = rows.metadata();
        Map<String, String> expected = identity.fields();
        Map<String, String> here = new TreeMap<>();
        FIELDS.forEach((key, field) -> {
            if (metadata.containsKey(key)) {
                here.put(field, metadata.get(key));
            }
        });
        if (metadata.containsKey("vitrine.precision")) {
            here.put("precision", numbers(metadata.get("vitrine.precision")));
        }
        if (metadata.containsKey("vitrine.head_mask")) {
            here.put("head mask", metadata.get("vitrine.head_mask"));
        }
        here.forEach((field, value) -> {
            if (!value.equals(expected.getOrDefault(field, value))) {
                throw different(rows, output, field + " " + value, expected.get(field));
            }
        });
        if (!metadata.containsKey(FINGERPRINT)) {
            throw new OutputConflictException("Nothing says how the rows of run "
                    + rows.runs().first() + " in " + output
                    + " were made: neither their files nor its record in _vitrine. Bring the record back, or move the"
                    + " run away.");
        }
        metadata.forEach((key, value) -> {
            String column = expected.get(key.replaceFirst("^vitrine\\.column\\.", COLUMN));
            if (key.startsWith("vitrine.column.") && column != null && !column.endsWith(" " + value)) {
                throw different(rows, output, key + " " + value, column);
            }
        });
    }

    private static OutputConflictException different(MadeBy rows, String output, String here, String expected) {
        return new OutputConflictException("The output " + output + " mixes runs that were made in different ways: run "
                + rows.runs().first() + " has " + here + ", _vitrine/output.json " + expected
                + ". One run can't hold both; keep them in two outputs.");
    }

    private static String numbers(String precision) {
        try {
            return Precision.valueOf(precision).numbers();
        } catch (IllegalArgumentException e) {
            return precision;
        }
    }
}
