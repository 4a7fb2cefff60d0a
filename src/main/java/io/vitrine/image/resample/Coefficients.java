package io.vitrine.image.resample;

/**
 * The weights of one resampling pass: output i is the sum over k of weight {@code i * stride + k} times input
 * {@code first[i] + k}, for k below {@code count[i]}. The weights between {@code count[i]} and {@code stride} are zero.
 */
abstract class Coefficients {
    final int out;
    final int taps; // what no count is above
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

    /** How many weights there are, zeros included. */
    int size() {
        return Math.multiplyExact(out, stride);
    }

    /** The first input that is needed. */
    int from() {
        return first[0];
    }

    /** The end of those that are. */
    int to() {
        return first[out - 1] + count[out - 1];
    }
}
