package io.vitrine.image.resample;

/**
 * The vertical pass: each row of the result is a weighted sum of rows. Not thread-safe; keeps its buffers.
 *
 * @param <A> a row: {@code int[]} or {@code float[]}
 * @param <C> the weights
 * @param <T> the result: {@code byte[]} or {@code float[]}
 */
abstract class VerticalPass<A, C extends Coefficients, T> {
    private final Window<A, C> window;
    private A sums; // one row, in an array of its own for HotSpot; see Window
    private int capacity; // elements in sums

    VerticalPass(Window<A, C> window) {
        this.window = window;
    }

    /**
     * Resamples {@code rows}.
     *
     * @param length values per row
     * @param target receives {@code c.out} rows
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

    /** Copies {@code rows} to {@code target}, for an image whose height stays. */
    final void copy(RowSource<A> rows, int length, int height, T target) {
        ensure(length);
        for (int y = 0; y < height; y++) {
            rows.read(y, sums);
            store(sums, length, target, y * length);
        }
    }

    private void ensure(int length) {
        if (capacity < length) {
            sums = window.arrays(1, length)[0];
            capacity = length;
        }
    }

    /** Writes a row of the result at index {@code at} of {@code target}. */
    abstract void store(A row, int length, T target, int at);
}
