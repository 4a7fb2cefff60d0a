package io.vitrine.duplicates;

import io.vitrine.vectors.Distances;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Orthonormal directions, those first along which the vectors of a sample are longest (by orthogonal iteration). By the
 * Cauchy-Schwarz inequality the dot product of two vectors is at most that of their {@linkplain #project shadows}: the parts along the
 * directions, and the norm of what is left. So most pairs can be told from near-duplicates by a few numbers, without a doubt.
 */
final class Directions implements Serializable {
    private static final long serialVersionUID = 1;

    private static final int ROUNDS = 4;
    private static final long SEED = 1;
    private static final double UNIT_ROUNDOFF = 0x1p-24;

    private final float[] columns; // (dimension, count)
    private final int dimension;
    private final int count;

    private Directions(float[] columns, int dimension, int count) {
        this.columns = columns;
        this.dimension = dimension;
        this.count = count;
    }

    /**
     * Finds directions. The same sample gives the same ones.
     *
     * @param sample vectors of norm 1, at least one
     * @param count at most the dimension
     */
    static Directions of(List<float[]> sample, int count) {
        int dimension = sample.get(0).length;
        Random random = new Random(SEED);
        float[][] directions = new float[count][dimension];
        for (float[] direction : directions) {
            fill(direction, random);
        }
        orthonormalize(directions, random);
        for (int round = 0; round < ROUNDS; round++) {
            float[][] next = new float[count][dimension];
            Directions current = of(directions);
            float[] along = new float[count + 1];
            for (float[] vector : sample) {
                current.project(vector, along);
                for (int i = 0; i < count; i++) {
                    add(next[i], along[i], vector);
                }
            }
            orthonormalize(next, random);
            directions = next;
        }
        return of(directions);
    }

    private static Directions of(float[][] directions) {
        int count = directions.length;
        int dimension = directions[0].length;
        float[] columns = new float[dimension * count];
        for (int i = 0; i < count; i++) {
            for (int d = 0; d < dimension; d++) {
                columns[d * count + i] = directions[i][d];
            }
        }
        return new Directions(columns, dimension, count);
    }

    private static void fill(float[] direction, Random random) {
        for (int d = 0; d < direction.length; d++) {
            direction[d] = (float) random.nextGaussian();
        }
    }

    /** Gram and Schmidt's way, twice for accuracy. Directions that the sample does not have become random ones. */
    private static void orthonormalize(float[][] directions, Random random) {
        for (int i = 0; i < directions.length; i++) {
            double before = Math.sqrt(Distances.dot(directions[i], directions[i]));
            subtract(directions, i);
            while (!(Math.sqrt(Distances.dot(directions[i], directions[i])) > 1e-3 * before)) {
                fill(directions[i], random);
                before = Math.sqrt(directions[i].length) / 1e3;
                subtract(directions, i);
            }
            UnitVector.of(directions[i]);
            subtract(directions, i);
            UnitVector.of(directions[i]);
        }
    }

    private static void subtract(float[][] directions, int number) {
        for (int i = 0; i < number; i++) {
            add(directions[number], -Distances.dot(directions[number], directions[i]), directions[i]);
        }
    }

    private static void add(float[] sum, float factor, float[] vector) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += factor * vector[d];
        }
    }

    int count() {
        return count;
    }

    /** The first of these directions. */
    Directions first(int wanted) {
        float[] fewer = new float[dimension * wanted];
        for (int d = 0; d < dimension; d++) {
            System.arraycopy(columns, d * count, fewer, d * wanted, wanted);
        }
        return new Directions(fewer, dimension, wanted);
    }

    /**
     * Makes the shadow of a vector of norm 1.
     *
     * @param shadow (count + 1): its parts along the directions, and the norm of the rest, rounded up
     */
    void project(float[] vector, float[] shadow) {
        Arrays.fill(shadow, 0);
        for (int d = 0; d < dimension; d++) {
            float value = vector[d];
            int row = d * count;
            for (int i = 0; i < count; i++) {
                shadow[i] += value * columns[row + i];
            }
        }
        double rest = Distances.dot(vector, vector);
        for (int i = 0; i < count; i++) {
            rest -= (double) shadow[i] * shadow[i];
        }
        shadow[count] = (float) Math.sqrt(Math.max(0, rest) + error());
    }

    /** A bound of what rounding adds to or takes from a dot product of vectors, or of their shadows. */
    double error() {
        return 4 * (dimension + count + 1) * UNIT_ROUNDOFF;
    }
}
