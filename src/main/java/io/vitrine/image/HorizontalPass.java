package io.vitrine.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The pass along rows, two rows at a time and two channels in one multiplication: 32-bit sums lie in the halves of a long. The
 * lower one borrows from the upper one where it is negative, which {@link #upper} gives back, so that sums and rounding are
 * those of the plain loop. Used by one thread; keeps its buffers.
 */
final class HorizontalPass {
    private static final VarHandle PIXEL = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long BOTH = (long) Resampler.HALF << 32 | Resampler.HALF;

    private long[] first = new long[0]; // the upper row's red and blue
    private long[] second = new long[0]; // the lower row's
    private long[] greens = new long[0]; // both rows'

    /**
     * Resamples rows {@code from} to {@code to} of {@code image}, each to the same row of {@code target}.
     *
     * @param target rows of three bytes for each of the coefficients' outputs
     */
    void run(RgbImage image, int from, int to, Coefficients c, byte[] target) {
        if (first.length < image.width()) {
            first = new long[image.width()];
            second = new long[image.width()];
            greens = new long[image.width()];
        }
        int stride = 3 * image.width();
        for (int y = from; y < to; y += 2) {
            int next = Math.min(y + 1, to - 1); // an odd last row is its own neighbour
            spread(image.pixels(), y * stride, next * stride, image.width());
            convolve(c, target, 3 * y * c.out, 3 * next * c.out);
        }
    }

    private void spread(byte[] in, int row, int below, int width) {
        int whole = Math.min(width, (in.length - 1 - below) / 3); // four bytes are read for three
        for (int x = 0; x < whole; x++) {
            put(x, (int) PIXEL.get(in, row + 3 * x), (int) PIXEL.get(in, below + 3 * x));
        }
        for (int x = whole; x < width; x++) {
            put(x, pixel(in, row + 3 * x), pixel(in, below + 3 * x));
        }
    }

    private static int pixel(byte[] in, int at) {
        return in[at] & 0xff | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff) << 16;
    }

    private void put(int x, int upper, int lower) {
        first[x] = upper & 0xffL | (upper & 0xff0000L) << 16;
        second[x] = lower & 0xffL | (lower & 0xff0000L) << 16;
        greens[x] = upper >>> 8 & 0xffL | (lower & 0xff00L) << 24;
    }

    private void convolve(Coefficients c, byte[] target, int at, int below) {
        long[] a = first;
        long[] b = second;
        long[] g = greens;
        int[] weights = c.weights;
        for (int x = 0; x < c.out; x++) {
            long redBlue = BOTH;
            long redBlueBelow = BOTH;
            long green = BOTH;
            int from = c.first[x];
            int shift = x * c.taps - from;
            for (int p = from, end = from + c.count[x]; p < end; p++) {
                long weight = weights[shift + p];
                redBlue += weight * a[p];
                redBlueBelow += weight * b[p];
                green += weight * g[p];
            }
            int to = at + 3 * x;
            target[to] = Resampler.clip((int) redBlue);
            target[to + 1] = Resampler.clip((int) green);
            target[to + 2] = Resampler.clip(upper(redBlue));
            to = below + 3 * x;
            target[to] = Resampler.clip((int) redBlueBelow);
            target[to + 1] = Resampler.clip(upper(green));
            target[to + 2] = Resampler.clip(upper(redBlueBelow));
        }
    }

    private static int upper(long sums) {
        return (int) (sums - (int) sums >> 32);
    }
}
