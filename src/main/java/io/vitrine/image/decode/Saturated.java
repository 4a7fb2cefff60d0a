package io.vitrine.image.decode;

/**
 * Sums and products of numbers that a file claims, at most {@link Long#MAX_VALUE}. Negative ones, which are unsigned 64-bit numbers
 * in the file, count as too many.
 */
final class Saturated {
    private Saturated() {}

    static long sum(long a, long b) {
        return a < 0 || b < 0 || a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    static long product(long a, long b) {
        return a < 0 || b < 0 || Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}
