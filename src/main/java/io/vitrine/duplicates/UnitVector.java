package io.vitrine.duplicates;

import io.vitrine.L2Norm;
import io.vitrine.vectors.Distances;

/** Vectors of norm 1, whose dot product is the cosine of their angle. */
final class UnitVector {
    private static final float TOLERANCE = 1e-3f;

    private UnitVector() {}

    /** Divides a vector by its norm, in place. */
    static float[] of(float[] vector) {
        return L2Norm.divide(vector);
    }

    /** Whether {@link #of} gave a vector of norm 1. A vector of zeros has no direction, and is like no other. */
    static boolean hasDirection(float[] unit) {
        return Math.abs(Distances.dot(unit, unit) - 1) < TOLERANCE;
    }
}
