package io.vitrine.image.resample;

/**
 * The pass along columns: each row of the result is a weighted sum of rows. Used by one thread; keeps its buffers.
 *
 * @param <A> {@code int[]} or {@code float[]}: what holds a row
 * @param <C> the weights
 * @param <T> what holds the result
 */
abstract class VerticalPass<A, C extends Coefficients, T> {
    private final Window<A, C> window;
    private A sums; // an array of its own, as everything that is to be fast
    private int room;

    VerticalPass(Window<A, C> window) {
        this.window = window;
    }

    /**
     * Resamples {@code rows}.
     *
     * @param length numbers in a row
     * @param target takes {@code c.out} rows
     */
    final void run(RowSource<A> rows, int length, C c, T target) {
        window.begin(c.taps, length);
        ensure(length);
        int read = c.from();
        for (int y = 0; y < c.out; y++) {
            for (int end = c.first[y] + c.count[y]; read < end; read++) {
                rows.read(read, window.slot(read));
            }
            window.sum(c, y, sums, length);
            store(sums, length, target, y * length);
        }
    }

    /** RowSource as they are. */
    final void copy(RowSource<A> rows, int length, int height, T target) {
        ensure(length);
        for (int y = 0; y < height; y++) {
            rows.read(y, sums);
            store(sums, length, target, y * length);
        }
    }

    private void ensure(int length) {
        if (room < length) {
            sums = window.arrays(1, length)[0];
            room = length;
        }
    }

    /** Writes a row of the result to where it begins in it. */
    abstract void store(A row, int length, T target, int at);
}
