package io.vitrine.image;

import io.vitrine.Size;

/**
 * Resizes rescaled pixels as torchvision resizes float tensors, {@code interpolate(antialias=True)}: the filter is widened
 * when shrinking, weights and sums are 32-bit floats, rows are resampled before columns, nothing is rounded or clipped.
 * The reference sums in the order its vector units like, so this agrees to the last bits only. Used by one thread; keeps its
 * buffers.
 */
final class FloatResampler {
    private static final int MOST_ROWS = 256;
    private static final int MOST_NUMBERS = 1 << 20;

    private final PixelColumns pixels = new PixelColumns(MOST_ROWS);
    private final FloatWindow[] channels = {new FloatWindow(), new FloatWindow(), new FloatWindow()};
    private final FloatWindow rows = new FloatWindow();
    private final float[][] columns = new float[3][MOST_ROWS];
    private final float[] levels = new float[256];
    private float[] between = new float[0]; // (height, to.width, 3)
    private float[] row = new float[0];
    private float[] result = new float[0];

    /**
     * Resizes {@code image}.
     *
     * @param factor what pixels are multiplied with first
     * @return (height, width, 3), the first of an array that may be longer; valid until the next call
     */
    float[] resize(RgbImage image, Size to, Filter filter, double factor) {
        for (int level = 0; level < 256; level++) {
            levels[level] = (float) level * (float) factor;
        }
        int length = Math.multiplyExact(3, to.width());
        between = atLeast(between, Math.multiplyExact(image.height(), length));
        if (image.width() == to.width()) {
            for (int i = 0; i < image.length(); i++) {
                between[i] = levels[image.pixels()[i] & 0xff];
            }
        } else {
            alongRows(image, new FloatCoefficients(filter, image.width(), to.width()));
        }
        if (image.height() == to.height()) {
            return between;
        }
        result = atLeast(result, Math.multiplyExact(to.height(), length));
        alongColumns(length, new FloatCoefficients(filter, image.height(), to.height()));
        return result;
    }

    private static float[] atLeast(float[] buffer, int length) {
        return buffer.length < length ? new float[length] : buffer;
    }

    private void alongRows(RgbImage image, FloatCoefficients c) {
        int slots = Window.slotsFor(c.taps + PixelColumns.GROUP);
        int most = Math.max(1, Math.min(MOST_ROWS, MOST_NUMBERS / 3 / slots));
        for (FloatWindow channel : channels) {
            channel.begin(slots, most);
        }
        for (int y = 0; y < image.height(); y += most) {
            int count = Math.min(most, image.height() - y);
            pixels.begin(image, y, count);
            int read = c.first[0];
            for (int x = 0; x < c.out; x++) {
                for (int end = c.first[x] + c.count[x]; read < end; read += PixelColumns.GROUP) {
                    spread(pixels.read(read), count, read);
                }
                for (int channel = 0; channel < 3; channel++) {
                    channels[channel].sum(c, x, columns[channel], count);
                }
                store(columns[0], columns[1], columns[2], count, between, 3 * (y * c.out + x), 3 * c.out);
            }
        }
    }

    private void spread(int[][] words, int count, int column) {
        for (int i = 0; i < 3 * PixelColumns.GROUP; i++) {
            unpack(words[i / 4], 8 * (i % 4), count, levels, channels[i % 3].slot(column + i / 3));
        }
    }

    private static void unpack(int[] words, int shift, int count, float[] levels, float[] column) {
        for (int i = 0; i < count; i++) {
            column[i] = levels[words[i] >>> shift & 0xff];
        }
    }

    private static void store(float[] a, float[] b, float[] c, int count, float[] target, int from, int stride) {
        for (int i = 0; i < count; i++) {
            int at = from + i * stride;
            target[at] = a[i];
            target[at + 1] = b[i];
            target[at + 2] = c[i];
        }
    }

    private void alongColumns(int length, FloatCoefficients c) {
        rows.begin(c.taps, length);
        row = atLeast(row, length);
        int read = c.first[0];
        for (int y = 0; y < c.out; y++) {
            for (int end = c.first[y] + c.count[y]; read < end; read++) {
                System.arraycopy(between, read * length, rows.slot(read), 0, length);
            }
            rows.sum(c, y, row, length);
            System.arraycopy(row, 0, result, y * length, length);
        }
    }
}
