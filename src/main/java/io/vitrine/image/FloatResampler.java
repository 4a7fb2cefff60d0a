package io.vitrine.image;

import io.vitrine.Size;

/**
 * Resizes rescaled pixels as torchvision resizes float tensors, {@code interpolate(antialias=True)}: the filter is widened
 * when shrinking, weights and sums are 32-bit floats, rows are resampled before columns, nothing is rounded or clipped.
 * The reference sums in the order its vector units like, so this agrees to the last bits only. Used by one thread; keeps its
 * buffers.
 */
public final class FloatResampler {
    private final float[] levels = new float[256];
    private final FloatHorizontalPass along = new FloatHorizontalPass(levels);
    private final FloatWindow down = new FloatWindow();
    private float[] row = new float[0];
    private float[] result = new float[0];

    /**
     * Resizes {@code image}.
     *
     * @param factor what pixels are multiplied with first
     * @return (height, width, 3), the first of an array that may be longer; valid until the next call
     */
    public float[] resize(RgbImage image, Size to, Filter filter, double factor) {
        for (int level = 0; level < 256; level++) {
            levels[level] = (float) level * (float) factor;
        }
        int length = Math.multiplyExact(3, to.width());
        row = atLeast(row, length);
        result = atLeast(result, Math.multiplyExact(to.height(), length));
        if (image.height() == to.height()) {
            Rows<float[]> rows = along(image, 0, to.height(), to.width(), filter);
            for (int y = 0; y < to.height(); y++) {
                rows.read(y, row);
                System.arraycopy(row, 0, result, y * length, length);
            }
        } else {
            FloatCoefficients c = FloatCoefficients.of(filter, image.height(), to.height());
            columns(along(image, c.from(), c.to(), to.width(), filter), length, c);
        }
        return result;
    }

    private Rows<float[]> along(RgbImage image, int from, int to, int width, Filter filter) {
        return image.width() == width
                ? Rows.of(image, levels)
                : along.of(image, from, to, FloatCoefficients.of(filter, image.width(), width));
    }

    private void columns(Rows<float[]> rows, int length, FloatCoefficients c) {
        down.begin(c.taps, length);
        int read = c.from();
        for (int y = 0; y < c.out; y++) {
            for (int end = c.first[y] + c.count[y]; read < end; read++) {
                rows.read(read, down.slot(read));
            }
            down.sum(c, y, row, length); // into an array of its own, as everything that is to be fast
            System.arraycopy(row, 0, result, y * length, length);
        }
    }

    private static float[] atLeast(float[] buffer, int length) {
        return buffer.length < length ? new float[length] : buffer;
    }
}
