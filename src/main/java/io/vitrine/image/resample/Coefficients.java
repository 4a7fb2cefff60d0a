package io.vitrine.image.resample;

/**
 * The weights of one resampling pass. Output i is the sum of weight {@code i * stride + k} times input {@code first[i] + k}, for
 * k from 0 to {@code count[i]}, exclusive. The weights from {@code count[i]} to {@code stride} are zero.
 */
abstract class Coefficients {
    /** Number of outputs. */
    final int out;
    /** Maximum of {@code count}. */
    final int taps;
    /** {@code taps}, padded for the loops in {@link Window}. */
    final int stride;

    final int[] first;
    final int[] count;

    Coefficients(int out, int taps) {
        this.out = out;
        this.taps = taps;
        stride = Window.padded(taps);
        first = new int[out];
        count = new int[out];
    }

    /** Number of weights, padding included. */
    int size() {
        return Math.multiplyExact(out, stride);
    }

    /** The first input with a weight. */
    int from() {
        return first[0];
    }

    /** The end (exclusive) of the inputs with a weight. */
    int to() {
        return first[out - 1] + count[out - 1];
    }
}
