package io.vitrine.probe;

import io.vitrine.ConfigurationException;
import java.util.Locale;

/**
 * Bounds the classes by the driver's heap. A probe of {@code c} classes on {@code d} dimensions has {@code c * (d + 1)}
 * coefficients of 8 bytes. The optimizer (L-BFGS) keeps 20 vectors of this size and works with some more; tasks have gradients of it,
 * of which the driver adds up a few. For 1,000 classes and 768 dimensions that is 6 MB a vector, 185 MB in all.
 */
final class ProbeMemory {
    private static final int VECTORS = 30;
    private static final double SHARE = 0.6; // of the heap

    private ProbeMemory() {}

    /** The bytes that the driver needs for the optimizer. */
    static long bytes(int classes, int dimension) {
        return (long) Double.BYTES * VECTORS * classes * (dimension + 1L);
    }

    /** The most classes that a heap of {@code heapBytes} has room for. */
    static int maxClasses(int dimension, long heapBytes) {
        return (int) Math.min(Integer.MAX_VALUE, (long) (heapBytes * SHARE) / bytes(1, dimension));
    }

    /**
     * Refuses a number of classes.
     *
     * @throws ConfigurationException if the heap is too small
     */
    static void requireRoom(int classes, int dimension, long heapBytes) {
        int most = maxClasses(dimension, heapBytes);
        if (classes > most) {
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "The label column has more than %,d classes, but the driver's heap of %,d MiB has room for a probe of"
                            + " no more on %,d dimensions. Is it the right column? If so, raise --driver-memory.",
                    most,
                    heapBytes >> 20,
                    dimension));
        }
    }
}
