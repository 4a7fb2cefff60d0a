package io.vitrine.image.resample;

import io.vitrine.image.RgbImage;
import java.util.List;

/**
 * The pass along rows, for many rows at a time: their columns become arrays, one for each channel, whose weighted sums are the
 * columns of the result. Used by one thread; keeps its buffers.
 *
 * @param <A> {@code int[]} or {@code float[]}
 * @param <C> the weights
 */
abstract class HorizontalPass<A, C extends Coefficients> {
    private final PixelColumns pixels = new PixelColumns();
    private final List<Window<A, C>> channels;
    private A[] sums;
    private int room; // for so many rows in the sums
    private A tile;
    private int size; // numbers there is room for in the tile

    HorizontalPass(Window<A, C> red, Window<A, C> green, Window<A, C> blue) {
        channels = List.of(red, green, blue);
    }

    /**
     * The rows of {@code image} resampled, each when it is read. Valid until the next call.
     *
     * @param from rows before this one are not needed
     * @param to nor are rows from this one on
     */
    final RowSource<A> of(RgbImage image, int from, int to, C c) {
        int slots = PixelColumns.slots(c.taps);
        int limit = PixelColumns.rowsAtATime(slots, c.out);
        int tiles = (to - from + limit - 1) / limit;
        int rows = (to - from + tiles - 1) / tiles;
        for (Window<A, C> channel : channels) {
            channel.begin(slots, limit);
        }
        if (room < rows) {
            sums = channels.get(0).arrays(3, rows);
            room = rows;
        }
        int numbers = 3 * rows * c.out;
        if (size < numbers) {
            tile = channels.get(0).arrays(1, numbers)[0];
            size = numbers;
        }
        return new Resampled(image, c, rows, to);
    }

    /** RowSource through the tile. */
    private final class Resampled implements RowSource<A> {
        private final RgbImage image;
        private final C c;
        private final int most;
        private final int to;
        private int first;
        private int next; // the tile holds rows from `first` to this

        Resampled(RgbImage image, C c, int most, int to) {
            this.image = image;
            this.c = c;
            this.most = most;
            this.to = to;
        }

        @Override
        public void read(int y, A into) {
            if (y >= next) {
                first = y;
                next = Math.min(y + most, to);
                resample(image, first, next - first, c);
            }
            System.arraycopy(tile, (y - first) * 3 * c.out, into, 0, 3 * c.out);
        }
    }

    private void resample(RgbImage image, int y, int rows, C c) {
        pixels.begin(y, rows);
        int read = c.from(); // columns up to here are in the windows
        for (int x = 0; x < c.out; x++) {
            for (int end = c.first[x] + c.count[x]; read < end; read += PixelColumns.GROUP) {
                spread(pixels.read(image, read), rows, read);
            }
            for (int channel = 0; channel < 3; channel++) {
                channels.get(channel).sum(c, x, sums[channel], rows);
            }
            store(sums, rows, tile, 3 * x, 3 * c.out);
        }
    }

    private void spread(int[][] words, int rows, int column) {
        for (int i = 0; i < 3 * PixelColumns.GROUP; i++) { // byte by byte
            unpack(words[i / 4], 8 * (i % 4), rows, channels.get(i % 3).slot(column + i / 3));
        }
    }

    /** Takes the byte that is {@code shift} bits up out of each word. */
    abstract void unpack(int[] words, int shift, int rows, A column);

    /** Writes the three channels' sums as pixels, the first at {@code from}, each {@code stride} after the one before. */
    abstract void store(A[] sums, int rows, A tile, int from, int stride);
}
