package io.vitrine.image.resample;

/**
 * The sliding window of rows (or columns) that a pass has read and still needs, and their weighted sums.
 *
 * <p>Each row is an array of its own, and the sums are loops over whole arrays, because HotSpot vectorises such loops. It does
 * not vectorise loops over parts of one array, which might overlap, or loops with {@code Math.max}. Not thread-safe; keeps its
 * buffers.
 *
 * @param <A> {@code int[]} or {@code float[]}
 * @param <C> the weights
 */
abstract class Window<A, C extends Coefficients> {
    /** The number of arrays that one loop sums. */
    static final int UNROLL = 4;

    private A[] slots;
    private int length;
    private int mask;

    /** {@code taps} rounded up to a multiple of {@link #UNROLL}. */
    static int padded(int taps) {
        return (taps + UNROLL - 1) / UNROLL * UNROLL;
    }

    /** The number of slots for a window of {@code count} arrays: a power of two. */
    static int slotsFor(int count) {
        return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    /**
     * Allocates the slots if they are too few or too short.
     *
     * @param count arrays in the window
     * @param length of each array
     */
    final void begin(int count, int length) {
        if (slots == null || slots.length < count || this.length < length) {
            slots = arrays(slotsFor(count), length);
            this.length = length;
            mask = slots.length - 1;
        }
    }

    /** The array for row {@code index}. Slots form a ring, so the row replaces an older one. */
    final A slot(int index) {
        return slots[index & mask];
    }

    /** Allocates {@code count} arrays. */
    abstract A[] arrays(int count, int length);

    /**
     * Computes the weighted sum of one output's rows, element by element.
     *
     * @param sums receives the sums in its first {@code length} elements
     */
    abstract void sum(C c, int output, A sums, int length);
}
