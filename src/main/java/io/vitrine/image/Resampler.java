package io.vitrine.image;

import io.vitrine.Size;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pillow's {@code Image.resize} on 8-bit RGB, bit exact: two passes of fixed-point convolution, each rounded to 8 bits;
 * nearest takes the pixel under the output pixel's centre. Used by one thread; keeps its buffers and weights.
 */
public final class Resampler {
    private static final int KEPT = 64;
    static final int HALF = 1 << (Coefficients.PRECISION_BITS - 1);

    private final Map<String, Coefficients> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Coefficients> eldest) {
            return size() > KEPT;
        }
    };
    private final HorizontalPass along = new HorizontalPass();
    private byte[] between = new byte[0];
    private byte[] result = new byte[0];
    private int[] sums = new int[0];

    /** Resizes {@code image}. The result is {@code image} itself at its own size, else valid until the next call. */
    public RgbImage resize(RgbImage image, Size size, Filter filter) {
        int width = size.width();
        int height = size.height();
        if (image.width() == width && image.height() == height) {
            return image;
        }
        if (result.length < 3 * width * height) {
            result = new byte[3 * width * height];
        }
        if (filter == Filter.NEAREST) {
            return nearest(image, width, height);
        }
        // Very tall images are shrunk vertically first, as Pillow does from 12.3 on.
        boolean verticalFirst = image.height() > 100L * image.width() && height < image.height();
        if (image.width() == width) {
            vertical(image, height, filter, result);
        } else if (image.height() == height) {
            horizontal(image, 0, height, width, filter, result);
        } else if (verticalFirst) {
            RgbImage shrunk = vertical(image, height, filter, between(3L * image.width() * height));
            horizontal(shrunk, 0, height, width, filter, result);
        } else {
            vertical(rowsNeeded(image, width, height, filter), height, filter, result);
        }
        return new RgbImage(result, width, height);
    }

    private RgbImage rowsNeeded(RgbImage image, int width, int height, Filter filter) {
        Coefficients down = coefficients(filter, image.height(), height);
        int last = down.first[height - 1] + down.count[height - 1];
        horizontal(image, down.first[0], last, width, filter, between(3L * width * image.height()));
        return new RgbImage(between, width, image.height());
    }

    private byte[] between(long length) {
        if (between.length < length) {
            between = new byte[Math.toIntExact(length)];
        }
        return between;
    }

    private Coefficients coefficients(Filter filter, int in, int out) {
        return kept.computeIfAbsent(filter + " " + in + " " + out, key -> new Coefficients(filter, in, out));
    }

    /** Rows {@code from} to {@code to} of {@code image}, each at the same row of {@code target}. */
    private void horizontal(RgbImage image, int from, int to, int width, Filter filter, byte[] target) {
        along.run(image, from, to, coefficients(filter, image.width(), width), target);
    }

    private RgbImage vertical(RgbImage image, int height, Filter filter, byte[] target) {
        Coefficients c = coefficients(filter, image.height(), height);
        int stride = 3 * image.width();
        if (sums.length < stride) {
            sums = new int[stride];
        }
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, 0, stride, HALF);
            for (int k = 0; k < c.count[y]; k++) {
                accumulate(sums, image.pixels(), (c.first[y] + k) * stride, stride, c.weights[y * c.taps + k]);
            }
            int at = y * stride;
            for (int i = 0; i < stride; i++) {
                target[at + i] = clip(sums[i]);
            }
        }
        return new RgbImage(target, image.width(), height);
    }

    private static void accumulate(int[] sums, byte[] in, int at, int length, int weight) {
        for (int i = 0; i < length; i++) {
            sums[i] += weight * (in[at + i] & 0xff);
        }
    }

    static byte clip(int sum) {
        int value = sum >> Coefficients.PRECISION_BITS;
        return (byte) (value < 0 ? 0 : Math.min(value, 255));
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

    /** Pillow steps by adding the scale, so its rounding errors add up likewise. */
    private static int[] centres(int in, int out) {
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
