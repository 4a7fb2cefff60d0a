package io.vitrine.image.preprocess;

import io.vitrine.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The reference's {@code pixel_values}: rescaled in 64-bit floats (where {@link Preprocessing#inFloats}, before the resize),
 * normalised in 32-bit floats, channels first. The job
 * does this inside the graph; here it is for comparing with the reference.
 */
public final class PixelValues {
    private PixelValues() {}

    /** Float32 (3, height, width) from what {@link ImagePreprocessor} prepared. */
    public static float[] of(byte[] pixels, Size size, Preprocessing preprocessing) {
        if (preprocessing.inFloats()) {
            return ofFloats(pixels, size, preprocessing);
        }
        float[][] table = table(preprocessing);
        int plane = size.height() * size.width();
        float[] values = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                values[c * plane + i] = table[c][pixels[3 * i + c] & 0xff];
            }
        }
        return values;
    }

    private static float[] ofFloats(byte[] pixels, Size size, Preprocessing preprocessing) {
        FloatBuffer rescaled =
                ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int plane = size.height() * size.width();
        float[] values = new float[3 * plane];
        for (int i = 0; i < values.length; i++) {
            int c = i / plane;
            values[i] =
                    (rescaled.get(3 * (i % plane) + c) - preprocessing.mean().get(c))
                            / preprocessing.std().get(c);
        }
        return values;
    }

    /** The value of each of the 256 levels in each channel: [3][256]. */
    public static float[][] table(Preprocessing preprocessing) {
        float[][] table = new float[3][256];
        for (int c = 0; c < 3; c++) {
            for (int level = 0; level < 256; level++) {
                float rescaled = (float) (level * preprocessing.factor());
                table[c][level] = (rescaled - preprocessing.mean().get(c))
                        / preprocessing.std().get(c);
            }
        }
        return table;
    }
}
