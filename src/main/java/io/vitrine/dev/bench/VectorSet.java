package io.vitrine.dev.bench;

import io.vitrine.L2Norm;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Vectors of norm 1 to measure searches with, made from seeds. */
enum VectorSet {
    /** Even over the sphere: the hardest case, because all distances are nearly equal. */
    UNIFORM {
        @Override
        float[] vector(long seed, int dimension) {
            return gaussian(new Random(mix(seed)), dimension);
        }
    },
    /**
     * As features of pictures lie: on a curved surface of few dimensions, with noise. 32 Gaussian numbers go through two random layers
     * with tanh. There are no clusters.
     */
    MANIFOLD {
        private static final float NOISE = 0.1f;

        @Override
        float[] vector(long seed, int dimension) {
            Random random = new Random(mix(seed));
            float[] latent = gaussian(random, LATENT);
            float[] hidden = new float[HIDDEN];
            for (int i = 0; i < HIDDEN; i++) {
                hidden[i] = (float) Math.tanh(2 * dot(Layers.FIRST[i], latent));
            }
            float[] vector = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                vector[i] = dot(Layers.SECOND[i], hidden) + NOISE * (float) random.nextGaussian();
            }
            return vector;
        }
    };

    /** The random layers of {@link #MANIFOLD}; the second is for up to 2,048 dimensions. */
    private static final class Layers {
        private static final float[][] FIRST = matrix(1, HIDDEN, LATENT);
        private static final float[][] SECOND = matrix(2, MOST_DIMENSIONS, HIDDEN);
    }

    private static final int LATENT = 32;
    private static final int HIDDEN = 128;
    private static final int MOST_DIMENSIONS = 2_048;

    abstract float[] vector(long seed, int dimension);

    private static long mix(long seed) {
        return seed * 0x9E3779B97F4A7C15L;
    }

    private static float[] gaussian(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[][] matrix(long seed, int rows, int columns) {
        Random random = new Random(seed);
        float[][] matrix = new float[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = gaussian(random, columns);
            for (int j = 0; j < columns; j++) {
                matrix[i][j] /= (float) Math.sqrt(columns);
            }
        }
        return matrix;
    }

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** The {@code i}-th vector; negative numbers are queries. */
    float[] get(long i, int dimension) {
        return L2Norm.divide(vector(i + (1L << 40), dimension));
    }

    /** Writes vectors in a row. */
    void write(Path file, int count, int dimension) throws IOException {
        ByteBuffer row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int i = 0; i < count; i++) {
                row.asFloatBuffer().put(get(i, dimension));
                out.write(row.array());
            }
        }
    }
}
