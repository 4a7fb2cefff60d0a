package io.vitrine.image.preprocess;

import io.vitrine.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Hugging Face's {@code pixel_values}: levels are rescaled in 64-bit floats and normalised in 32-bit floats, channels come first.
 * The job computes them inside the model's graph; these are for exported models and for comparison with the reference.
 */
public final class PixelValues {
    private PixelValues() {}

    /** Computes the (3, height, width) values of an image. */
    public static float[] of(PreprocessedImage image, Preprocessing preprocessing) {
        return preprocessing.givesFloats() ? ofFloats(image, preprocessing) : ofLevels(image, preprocessing);
    }

    private static float[] ofLevels(PreprocessedImage image, Preprocessing preprocessing) {
        float[][] table = table(preprocessing);
        int plane = plane(image.size());
        float[] values = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                values[c * plane + i] = table[c][image.pixels()[3 * i + c] & 0xff];
            }
        }
        return values;
    }

    private static float[] ofFloats(PreprocessedImage image, Preprocessing preprocessing) {
        FloatBuffer rescaled =
                ByteBuffer.wrap(image.pixels()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int plane = plane(image.size());
        float[] values = new float[3 * plane];
        for (int i = 0; i < values.length; i++) {
            int c = i / plane;
            values[i] =
                    (rescaled.get(3 * (i % plane) + c) - preprocessing.mean().get(c))
                            / preprocessing.std().get(c);
        }
        return values;
    }

    private static int plane(Size size) {
        return size.height() * size.width();
    }

    /** The value of each level in each channel, (3, 256). */
    private static float[][] table(Preprocessing preprocessing) {
        float[] rescaled = rescaledLevels(preprocessing);
        float[][] table = new float[3][256];
        for (int c = 0; c < 3; c++) {
            for (int level = 0; level < 256; level++) {
                table[c][level] = (rescaled[level] - preprocessing.mean().get(c))
                        / preprocessing.std().get(c);
            }
        }
        return table;
    }

    /** The rescaled value of each level, (256). */
    public static float[] rescaledLevels(Preprocessing preprocessing) {
        float[] rescaled = new float[256];
        for (int level = 0; level < 256; level++) {
            rescaled[level] = (float) (level * preprocessing.rescaleFactor());
        }
        return rescaled;
    }
}
