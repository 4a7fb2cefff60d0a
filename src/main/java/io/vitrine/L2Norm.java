package io.vitrine;

/** The Euclidean norm of vectors. */
public final class L2Norm {
    /** The smallest divisor, as in {@code torch.nn.functional.normalize}: a vector of zeros stays a vector of zeros. */
    private static final double EPSILON = 1e-12;

    private L2Norm() {}

    /** Divides {@code vector} by its norm, in place. */
    public static float[] divide(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double norm = Math.max(Math.sqrt(squares), EPSILON);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / norm);
        }
        return vector;
    }
}
