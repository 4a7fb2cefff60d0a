package io.vitrine.image.resample;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;

/**
 * Resizes rescaled pixels as torchvision resizes float tensors, {@code interpolate(antialias=True)}: the filter is widened
 * when shrinking, weights and sums are 32-bit floats, rows are resampled before columns, nothing is rounded or clipped.
 * The reference sums in the order its vector units like, so this agrees to the last bits only. Used by one thread; keeps its
 * buffers.
 */
public final class FloatResampler {
    private final float[] levels = new float[256];
    private final FloatHorizontalPass along = new FloatHorizontalPass(levels);
    private final FloatVerticalPass down = new FloatVerticalPass();
    private float[] result = new float[0];

    /**
     * Resizes {@code image}.
     *
     * @param factor what pixels are multiplied with first
     * @return (height, width, 3), the first of an array that may be longer; valid until the next call
     */
    public float[] resize(RgbImage image, Size to, ResampleFilter filter, double factor) {
        for (int level = 0; level < 256; level++) {
            levels[level] = (float) level * (float) factor;
        }
        int length = Math.multiplyExact(3, to.width());
        int size = Math.multiplyExact(to.height(), length);
        if (result.length < size) {
            result = new float[size];
        }
        if (image.height() == to.height()) {
            down.copy(along(image, 0, to.height(), to.width(), filter), length, to.height(), result);
        } else {
            FloatCoefficients c = FloatCoefficients.of(filter, image.height(), to.height());
            down.run(along(image, c.from(), c.to(), to.width(), filter), length, c, result);
        }
        return result;
    }

    private RowSource<float[]> along(RgbImage image, int from, int to, int width, ResampleFilter filter) {
        return image.width() == width
                ? RowSource.of(image, levels)
                : along.of(image, from, to, FloatCoefficients.of(filter, image.width(), width));
    }
}
