package io.vitrine.verify;

import java.util.Locale;
import java.util.Optional;

/** Compares two arrays of floats. */
final class Difference {
    private Difference() {}

    /** Says the largest difference if it is beyond {@code tolerance}, or if the lengths differ. */
    static Optional<String> beyond(float[] actual, float[] expected, double tolerance) {
        if (actual.length != expected.length) {
            return Optional.of("has " + actual.length + " values, " + expected.length + " expected");
        }
        double worst = 0;
        int at = -1;
        for (int i = 0; i < actual.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            if (!(difference <= worst)) { // NaN is the worst
                worst = difference;
                at = i;
                if (Double.isNaN(difference)) {
                    break;
                }
            }
        }
        return worst <= tolerance
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "differs by %.3g at element %d (%.8g, expected %.8g); tolerance %.3g",
                        worst,
                        at,
                        actual[at],
                        expected[at],
                        tolerance));
    }

    static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
