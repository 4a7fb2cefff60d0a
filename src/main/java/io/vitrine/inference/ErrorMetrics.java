package io.vitrine.inference;

import io.vitrine.graph.Precision;
import java.util.Locale;
import java.util.Optional;

/**
 * The distance of approximate features from the reference's.
 *
 * @param relativeError the L2 norm of the difference over the L2 norm of the reference, over all images
 * @param minCosine the lowest cosine similarity between an image's features and the reference's
 */
public record ErrorMetrics(double relativeError, double minCosine) {
    private static final double MAX_ERROR_16_BIT = 3e-2;
    private static final double MIN_COSINE_16_BIT = 0.999;
    private static final double MAX_ERROR_INT8 = 0.1;
    private static final double MIN_COSINE_INT8 = 0.99;

    /**
     * Compares features of the same images.
     *
     * @param elements elements per image
     * @return an infinite error if the lengths differ
     */
    public static ErrorMetrics of(float[] actual, float[] expected, int elements) {
        if (actual.length != expected.length) {
            return new ErrorMetrics(Double.POSITIVE_INFINITY, -1);
        }
        double difference = 0;
        double reference = 0;
        double lowest = 1;
        for (int from = 0; from < actual.length; from += elements) {
            double product = 0;
            double actualSquares = 0;
            double expectedSquares = 0;
            for (int i = from; i < from + elements; i++) {
                product += (double) actual[i] * expected[i];
                actualSquares += (double) actual[i] * actual[i];
                expectedSquares += (double) expected[i] * expected[i];
                difference += Math.pow((double) actual[i] - expected[i], 2);
            }
            reference += expectedSquares;
            double cosine = product / Math.sqrt(actualSquares * expectedSquares);
            lowest = cosine < lowest || Double.isNaN(cosine) ? cosine : lowest;
        }
        return new ErrorMetrics(Math.sqrt(difference / reference), lowest);
    }

    /** A message if the relative error of a matrix exceeds the bound of {@code precision}. */
    public Optional<String> matrixFault(Precision precision) {
        return isWithinError(precision) ? Optional.empty() : Optional.of(fault(precision));
    }

    /** A message if the relative error or the direction of a vector is outside the bounds of {@code precision}. */
    public Optional<String> vectorFault(Precision precision) {
        return isWithinError(precision) && minCosine >= minCosine(precision) // false for NaN
                ? Optional.empty()
                : Optional.of(fault(precision));
    }

    private boolean isWithinError(Precision precision) {
        return relativeError <= maxError(precision); // false for NaN
    }

    private String fault(Precision precision) {
        return String.format(
                Locale.ROOT,
                "is off: %s; the bounds are relative error %.3g and, for vectors, cosine %.4g",
                this,
                maxError(precision),
                minCosine(precision));
    }

    private static double maxError(Precision precision) {
        return precision == Precision.int8 ? MAX_ERROR_INT8 : MAX_ERROR_16_BIT;
    }

    private static double minCosine(Precision precision) {
        return precision == Precision.int8 ? MIN_COSINE_INT8 : MIN_COSINE_16_BIT;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "relative error %.2e, cosine %.6f", relativeError, minCosine);
    }
}
