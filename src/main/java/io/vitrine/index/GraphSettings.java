package io.vitrine.index;

import io.vitrine.ConfigurationException;
import java.io.Serializable;

/**
 * How graphs are built.
 *
 * @param degree neighbours of a vector
 * @param beam candidates that are kept while a vector's neighbours are looked for
 */
public record GraphSettings(int degree, int beam) implements Serializable {
    /** Reaches a recall at 10 of 0.95 on the features that PERFORMANCE.md lists. */
    public static final GraphSettings DEFAULT = new GraphSettings(32, 100);

    private static final int LEAST = 4;
    private static final int MOST = 512;

    /** @throws ConfigurationException if a number is out of its range */
    public GraphSettings {
        if (degree < LEAST || degree > MOST) {
            throw new ConfigurationException("--degree is " + degree + ", but a vector has " + LEAST + " to " + MOST
                    + " neighbours. The default is 32.");
        }
        if (beam < degree || beam > 10_000) {
            throw new ConfigurationException("--build-beam is " + beam + ", but it is at least --degree (" + degree
                    + ") and at most 10000. The default is 100.");
        }
    }
}
