package io.vitrine.image.resample;

/** The horizontal pass in 32-bit floats, as in torchvision. */
final class FloatHorizontalPass extends HorizontalPass<float[], FloatCoefficients> {
    private final float[] levels;

    /** @param levels the value of each of the 256 pixel levels; the caller may change them between images */
    FloatHorizontalPass(float[] levels) {
        super(new FloatWindow(), new FloatWindow(), new FloatWindow());
        this.levels = levels;
    }

    @Override
    void unpack(int[] words, int shift, int rows, float[] column) {
        float[] levels = this.levels;
        for (int i = 0; i < rows; i++) {
            column[i] = levels[words[i] >>> shift & 0xff];
        }
    }

    @Override
    void store(float[][] sums, int rows, float[] tile, int from, int stride) {
        float[] a = sums[0];
        float[] b = sums[1];
        float[] c = sums[2];
        for (int i = 0; i < rows; i++) {
            int at = from + i * stride;
            tile[at] = a[i];
            tile[at + 1] = b[i];
            tile[at + 2] = c[i];
        }
    }
}
