package io.vitrine.image.resample;

/**
 * The rows (or columns) that a pass has read and still needs, and their weighted sums. Each is an array of its own, and the
 * sums are loops over whole arrays: that is what HotSpot makes vector instructions of (not of parts of one array, which it
 * takes for overlapping, nor of {@code Math.max}). Used by one thread; keeps its buffers.
 *
 * @param <A> {@code int[]} or {@code float[]}
 * @param <C> the weights
 */
abstract class Window<A, C extends Coefficients> {
    /** Arrays that are summed in one loop. */
    static final int TOGETHER = 4;

    private A[] slots;
    private int length;
    private int mask;

    /** How many weights an output of {@code taps} inputs has, zeros included, for whole loops. */
    static int padded(int taps) {
        return (taps + TOGETHER - 1) / TOGETHER * TOGETHER;
    }

    /** How many arrays there are where {@code count} are needed. */
    static int slotsFor(int count) {
        return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    /**
     * Makes room.
     *
     * @param count of arrays that are needed at a time
     * @param length of each
     */
    final void begin(int count, int length) {
        if (slots == null || slots.length < count || this.length < length) {
            slots = arrays(slotsFor(count), length);
            this.length = length;
            mask = slots.length - 1;
        }
    }

    /** The array of row {@code index}, which takes the place of the one that is as many rows back as there are arrays. */
    final A slot(int index) {
        return slots[index & mask];
    }

    /** Makes {@code count} arrays. */
    abstract A[] arrays(int count, int length);

    /**
     * The weighted sum of one output's rows, element by element.
     *
     * @param sums takes the first {@code length} of them
     */
    abstract void sum(C c, int output, A sums, int length);
}
