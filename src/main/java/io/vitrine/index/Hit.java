package io.vitrine.index;

import java.io.Serializable;
import java.util.Comparator;

/**
 * An image that a search found.
 *
 * @param score by the index's {@link Metric}; greater is nearer
 * @param label of the image; empty if it has none
 */
public record Hit(String path, float score, String label) implements Serializable {
    /** An image without a label. */
    public Hit(String path, float score) {
        this(path, score, "");
    }

    /** Nearest first, and of equal scores the lesser path. */
    public static final Comparator<Hit> ORDER =
            Comparator.comparing(Hit::score, Comparator.reverseOrder()).thenComparing(Hit::path);
}
