package io.vitrine.verify;

import java.util.Locale;
import java.util.Optional;

/** Compares arrays of floats. */
final class Difference {
    private Difference() {}

    /** Describes the largest difference if it exceeds {@code tolerance}, or different lengths. */
    static Optional<String> exceeding(float[] actual, float[] expected, double tolerance) {
        if (actual.length != expected.length) {
            return Optional.of("has " + actual.length + " values, " + expected.length + " expected");
        }
        double worst = 0;
        int at = -1;
        for (int i = 0; i < actual.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            if (!(difference <= worst)) { // also true for NaN
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

    /** The largest absolute value. */
    static double maxAbs(float[] values) {
        double max = 0;
        for (float value : values) {
            max = Math.max(max, Math.abs(value));
        }
        return max;
    }
}
