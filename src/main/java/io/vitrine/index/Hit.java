package io.vitrine.index;

import java.util.Comparator;

/**
 * An image that a search found.
 *
 * @param score by the index's {@link Metric}; greater is nearer
 */
public record Hit(String path, float score) {
    /** Nearest first, and of equal scores the lesser path. */
    public static final Comparator<Hit> ORDER =
            Comparator.comparing(Hit::score, Comparator.reverseOrder()).thenComparing(Hit::path);
}
