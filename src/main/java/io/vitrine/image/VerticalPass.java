package io.vitrine.image;

/** The pass along columns: each row of the result is a weighted sum of rows. Used by one thread; keeps its buffers. */
final class VerticalPass {
    private final IntWindow window = new IntWindow();
    private int[] sums = new int[0];

    /**
     * Resamples {@code rows}.
     *
     * @param length bytes of a row
     * @param target takes {@code c.out} rows
     */
    void run(Rows<int[]> rows, int length, IntCoefficients c, byte[] target) {
        window.begin(c.taps, length);
        ensure(length);
        int read = c.from();
        for (int y = 0; y < c.out; y++) {
            for (int end = c.first[y] + c.count[y]; read < end; read++) {
                rows.read(read, window.slot(read));
            }
            window.sum(c, y, sums, length);
            narrow(sums, length, target, y * length);
        }
    }

    /** Rows as they are. */
    void copy(Rows<int[]> rows, int length, int height, byte[] target) {
        ensure(length);
        for (int y = 0; y < height; y++) {
            rows.read(y, sums);
            narrow(sums, length, target, y * length);
        }
    }

    private void ensure(int length) {
        if (sums.length < length) {
            sums = new int[length];
        }
    }

    private static void narrow(int[] levels, int length, byte[] target, int at) {
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) levels[i];
        }
    }
}
