package io.vitrine.dev.bench;

import io.vitrine.ConfigurationException;
import io.vitrine.L2Norm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Vectors of norm 1 to measure searches with, made from seeds. Negative seeds are for queries. */
enum VectorSet {
    /** Features of generated pictures, see {@link PictureFeatures}. */
    PICTURES {
        @Override
        VectorFile write(Path file, long first, int count) throws IOException {
            try (PictureFeatures features = new PictureFeatures(file.resolveSibling("vit-pictures"))) {
                return VectorFile.write(file, count, DIMENSION, i -> features.get(first + i));
            }
        }
    },
    /** Even over the sphere: the hardest case, because all distances are nearly equal. */
    UNIFORM {
        @Override
        VectorFile write(Path file, long first, int count) throws IOException {
            return VectorFile.write(file, count, DIMENSION, i -> get(first + i));
        }

        @Override
        float[] get(long seed) {
            return L2Norm.divide(gaussian(new Random(seed(seed)), DIMENSION));
        }
    },
    /**
     * As features of pictures lie: on a curved surface of few dimensions, with noise. 32 Gaussian numbers go through two random layers
     * with tanh. There are no clusters.
     */
    MANIFOLD {
        private static final float NOISE = 0.1f;

        @Override
        VectorFile write(Path file, long first, int count) throws IOException {
            return VectorFile.write(file, count, DIMENSION, i -> get(first + i));
        }

        @Override
        float[] get(long seed) {
            Random random = new Random(seed(seed));
            float[] latent = gaussian(random, LATENT);
            float[] hidden = new float[HIDDEN];
            for (int i = 0; i < HIDDEN; i++) {
                hidden[i] = (float) Math.tanh(2 * dot(Layers.FIRST[i], latent));
            }
            float[] vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = dot(Layers.SECOND[i], hidden) + NOISE * (float) random.nextGaussian();
            }
            return L2Norm.divide(vector);
        }
    };

    /** The random layers of {@link #MANIFOLD}. */
    private static final class Layers {
        private static final float[][] FIRST = matrix(1, HIDDEN, LATENT);
        private static final float[][] SECOND = matrix(2, DIMENSION, HIDDEN);
    }

    private static final int LATENT = 32;
    private static final int HIDDEN = 128;
    static final int DIMENSION = 768;

    /**
     * The vector of one seed.
     *
     * @throws ConfigurationException of {@link #PICTURES}, whose vectors are made by a model
     */
    float[] get(long seed) {
        throw new ConfigurationException("The vectors 'pictures' are for --search. Use manifold or uniform.");
    }

    /** Writes the vectors of {@code count} seeds in a row. */
    abstract VectorFile write(Path file, long first, int count) throws IOException;

    /** Opens the file of those vectors, which is written if it is not there: features take their time. */
    final VectorFile open(Path folder, long first, int count) throws IOException {
        Path file = folder.resolve(name().toLowerCase(Locale.ROOT) + "-from-" + first + "-" + count);
        return Files.exists(file) ? new VectorFile(file, DIMENSION) : write(file, first, count);
    }

    /** Neighbouring numbers give unlike streams of random numbers. */
    static long seed(long number) {
        return (number + (1L << 40)) * 0x9E3779B97F4A7C15L;
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
}
