package io.vitrine.image.resample;

/** The horizontal pass in fixed point, as in Pillow. */
final class IntHorizontalPass extends HorizontalPass<int[], IntCoefficients> {
    IntHorizontalPass() {
        super(new IntWindow(), new IntWindow(), new IntWindow());
    }

    @Override
    void unpack(int[] words, int shift, int rows, int[] column) {
        for (int i = 0; i < rows; i++) {
            column[i] = words[i] >>> shift & 0xff;
        }
    }

    @Override
    void store(int[][] sums, int rows, int[] tile, int from, int stride) {
        int[] a = sums[0];
        int[] b = sums[1];
        int[] c = sums[2];
        for (int i = 0; i < rows; i++) {
            int at = from + i * stride;
            tile[at] = a[i];
            tile[at + 1] = b[i];
            tile[at + 2] = c[i];
        }
    }
}
