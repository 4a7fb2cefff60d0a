package io.vitrine.image.resample;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pillow's {@code Image.resize} on 8-bit RGB, bit for bit: two passes of fixed-point convolution, each rounded to 8 bits. NEAREST
 * takes the pixel under the output pixel's centre. Not thread-safe; keeps its buffers and weights.
 */
public final class PillowResampler {
    private static final int CACHED_COEFFICIENTS = 64;

    private final Map<String, IntCoefficients> cache = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, IntCoefficients> eldest) {
            return size() > CACHED_COEFFICIENTS;
        }
    };
    private final IntHorizontalPass horizontal = new IntHorizontalPass();
    private final IntVerticalPass vertical = new IntVerticalPass();
    private byte[] intermediate = new byte[0];
    private byte[] result = new byte[0];

    /**
     * Resizes {@code image}.
     *
     * @param image must not be the result of the last call
     * @return {@code image} itself if it has that size; else valid until the next call
     */
    public RgbImage resize(RgbImage image, Size size, ResampleFilter filter) {
        int width = size.width();
        int height = size.height();
        if (image.width() == width && image.height() == height) {
            return image;
        }
        if (result.length < 3 * width * height) {
            result = new byte[3 * width * height];
        }
        if (filter == ResampleFilter.NEAREST) {
            return nearest(image, width, height);
        }
        if (image.height() == height) {
            vertical.copy(rows(image, 0, height, width, filter), 3 * width, height, result);
        } else if (image.width() != width && image.height() > 100L * image.width() && height < image.height()) {
            // Pillow 12.3 and later shrink very tall images vertically first.
            RgbImage shrunk = intermediate(image.width(), height);
            vertical.run(
                    RowSource.of(image),
                    3 * image.width(),
                    coefficients(filter, image.height(), height),
                    shrunk.pixels());
            vertical.copy(rows(shrunk, 0, height, width, filter), 3 * width, height, result);
        } else {
            IntCoefficients c = coefficients(filter, image.height(), height);
            vertical.run(rows(image, c.from(), c.to(), width, filter), 3 * width, c, result);
        }
        return new RgbImage(result, width, height);
    }

    private RowSource<int[]> rows(RgbImage image, int from, int to, int width, ResampleFilter filter) {
        return image.width() == width
                ? RowSource.of(image)
                : horizontal.resample(image, from, to, coefficients(filter, image.width(), width));
    }

    private RgbImage intermediate(int width, int height) {
        int length = Math.multiplyExact(3 * width, height);
        if (intermediate.length < length) {
            intermediate = new byte[length];
        }
        return new RgbImage(intermediate, width, height);
    }

    private IntCoefficients coefficients(ResampleFilter filter, int in, int out) {
        return cache.computeIfAbsent(filter + " " + in + " " + out, key -> IntCoefficients.of(filter, in, out));
    }

    private RgbImage nearest(RgbImage image, int width, int height) {
        int[] columns = centres(image.width(), width);
        int[] rows = centres(image.height(), height);
        byte[] in = image.pixels();
        int at = 0;
        for (int y = 0; y < height; y++) {
            int row = rows[y] * 3 * image.width();
            for (int x = 0; x < width; x++) {
                int p = row + 3 * columns[x];
                result[at++] = in[p];
                result[at++] = in[p + 1];
                result[at++] = in[p + 2];
            }
        }
        return new RgbImage(result, width, height);
    }

    /** The input pixel of each output pixel. Like Pillow, adds up the scale, so that rounding errors accumulate equally. */
    static int[] centres(int in, int out) {
        int[] centres = new int[out];
        double scale = (double) in / out;
        double position = scale * 0.5;
        for (int i = 0; i < out; i++) {
            centres[i] = Math.min(in - 1, (int) position);
            position += scale;
        }
        return centres;
    }
}
