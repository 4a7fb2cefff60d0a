package io.vitrine.image.resample;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;

/**
 * Resizes rescaled pixels as torchvision resizes float tensors with {@code antialias=True}. When shrinking, the filter is widened.
 * Weights and sums are 32-bit floats; nothing is rounded or clipped. The horizontal pass comes first. Results may differ from
 * torchvision's in the last bits, because its vector instructions sum in another order. Not thread-safe; keeps its buffers.
 */
public final class TorchvisionResampler {
    private final float[] levels = new float[256];
    private final FloatHorizontalPass horizontal = new FloatHorizontalPass(levels);
    private final FloatVerticalPass vertical = new FloatVerticalPass();
    private float[] result = new float[0];

    /**
     * Rescales and resizes {@code image}.
     *
     * @param rescaleFactor multiplies the pixels before they are resized
     * @return (height, width, 3) in an array that may be longer; valid until the next call
     */
    public float[] resize(RgbImage image, Size size, ResampleFilter filter, double rescaleFactor) {
        rescale(rescaleFactor, levels);
        int length = Math.multiplyExact(3, size.width());
        int values = Math.multiplyExact(size.height(), length);
        if (result.length < values) {
            result = new float[values];
        }
        if (image.height() == size.height()) {
            vertical.copy(rows(image, 0, size.height(), size.width(), filter), length, size.height(), result);
        } else {
            FloatCoefficients c = FloatCoefficients.of(filter, image.height(), size.height());
            vertical.run(rows(image, c.from(), c.to(), size.width(), filter), length, c, result);
        }
        return result;
    }

    /** Computes the value of each of the 256 pixel levels. */
    public static void rescale(double rescaleFactor, float[] levels) {
        for (int level = 0; level < 256; level++) {
            levels[level] = (float) level * (float) rescaleFactor;
        }
    }

    private RowSource<float[]> rows(RgbImage image, int from, int to, int width, ResampleFilter filter) {
        return image.width() == width
                ? RowSource.of(image, levels)
                : horizontal.resample(image, from, to, FloatCoefficients.of(filter, image.width(), width));
    }
}
