package io.vitrine.inference;

import io.vitrine.graph.Precision;
import java.util.Locale;
import java.util.Optional;

/**
 * How near inexact numbers are to the reference's.
 *
 * @param error the norm of the difference over the norm of the reference, of all images together
 * @param cosine of the angle between an image's numbers and the reference's, the worst image's
 */
public record ErrorMetrics(double error, double cosine) {
    /** What half precision may be off. */
    private static final double HALF_ERROR = 3e-2;

    private static final double HALF_COSINE = 0.999;
    /** What 8-bit integers may be off. */
    private static final double INT8_ERROR = 0.1;

    private static final double INT8_COSINE = 0.99;

    /**
     * Compares image by image.
     *
     * @param elements numbers an image
     */
    public static ErrorMetrics of(float[] actual, float[] expected, int elements) {
        if (actual.length != expected.length) {
            return new ErrorMetrics(Double.POSITIVE_INFINITY, -1);
        }
        double difference = 0;
        double whole = 0;
        double worst = 1;
        for (int from = 0; from < actual.length; from += elements) {
            double product = 0;
            double mine = 0;
            double theirs = 0;
            for (int i = from; i < from + elements; i++) {
                product += (double) actual[i] * expected[i];
                mine += (double) actual[i] * actual[i];
                theirs += (double) expected[i] * expected[i];
                difference += Math.pow((double) actual[i] - expected[i], 2);
            }
            whole += theirs;
            double angle = product / Math.sqrt(mine * theirs);
            worst = angle < worst || Double.isNaN(angle) ? angle : worst;
        }
        return new ErrorMetrics(Math.sqrt(difference / whole), worst);
    }

    /**
     * What is beyond the bounds of {@code precision}.
     *
     * @param vector whether it is one vector an image: then its direction matters too
     */
    public Optional<String> fault(Precision precision, boolean vector) {
        double mostError = precision == Precision.int8 ? INT8_ERROR : HALF_ERROR;
        double leastCosine = precision == Precision.int8 ? INT8_COSINE : HALF_COSINE;
        boolean close = error <= mostError && (!vector || cosine >= leastCosine); // false for NaN
        return close
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "is off: %s; relative error %.3g and, for vectors, cosine %.4g are the bounds",
                        this,
                        mostError,
                        leastCosine));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "relative error %.2e, cosine %.6f", error, cosine);
    }
}
