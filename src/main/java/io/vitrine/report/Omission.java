package io.vitrine.report;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Files or rows of an input that are not images of the run, so they have no rows.
 *
 * @param reason the kind in words, plural
 * @param examples a few of them
 */
public record Omission(String reason, long count, List<String> examples) implements Serializable {
    /** The omission as one phrase. */
    public String describe() {
        String such = examples.isEmpty() ? "" : ", such as " + String.join(", ", examples);
        return String.format(Locale.ROOT, "%,d %s%s", count, reason, such);
    }
}
