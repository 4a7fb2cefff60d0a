package io.vitrine.image.resample;

import io.vitrine.image.RgbImage;
import java.util.List;

/**
 * The horizontal pass, over a tile of many rows at a time. Each column of the tile becomes one array per channel; the weighted
 * sums of these arrays are the columns of the result. Not thread-safe; keeps its buffers.
 *
 * @param <A> {@code int[]} or {@code float[]}
 * @param <C> the weights
 */
abstract class HorizontalPass<A, C extends Coefficients> {
    private final PixelColumns pixels = new PixelColumns();
    private final List<Window<A, C>> channels;
    private A[] sums;
    private int sumsCapacity; // rows
    private A tile; // (rows, width, 3)
    private int tileCapacity; // values

    HorizontalPass(Window<A, C> red, Window<A, C> green, Window<A, C> blue) {
        channels = List.of(red, green, blue);
    }

    /**
     * The resampled rows of {@code image}. They are computed when they are read. Valid until the next call.
     *
     * @param from first row that will be read
     * @param to end (exclusive) of the rows that will be read
     */
    final RowSource<A> resample(RgbImage image, int from, int to, C c) {
        int slots = PixelColumns.slots(c.taps);
        int limit = PixelColumns.rowsAtATime(slots, c.out);
        int tiles = (to - from + limit - 1) / limit;
        int rows = (to - from + tiles - 1) / tiles;
        for (Window<A, C> channel : channels) {
            channel.begin(slots, limit);
        }
        if (sumsCapacity < rows) {
            sums = channels.get(0).arrays(3, rows);
            sumsCapacity = rows;
        }
        int values = 3 * rows * c.out;
        if (tileCapacity < values) {
            tile = channels.get(0).arrays(1, values)[0];
            tileCapacity = values;
        }
        return new ResampledRows(image, c, rows, to);
    }

    /** Resamples a tile whenever a row past the current one is read. */
    private final class ResampledRows implements RowSource<A> {
        private final RgbImage image;
        private final C c;
        private final int tileRows;
        private final int to;
        private int first; // row of the tile
        private int next; // exclusive

        ResampledRows(RgbImage image, C c, int tileRows, int to) {
            this.image = image;
            this.c = c;
            this.tileRows = tileRows;
            this.to = to;
        }

        @Override
        public void read(int y, A into) {
            if (y >= next) {
                first = y;
                next = Math.min(y + tileRows, to);
                fillTile(image, first, next - first, c);
            }
            System.arraycopy(tile, (y - first) * 3 * c.out, into, 0, 3 * c.out);
        }
    }

    private void fillTile(RgbImage image, int y, int rows, C c) {
        pixels.begin(y, rows);
        int read = c.from(); // columns before this one are in the windows
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

    /** Unpacks four columns to the channels' windows. */
    private void spread(int[][] words, int rows, int column) {
        for (int i = 0; i < 3 * PixelColumns.GROUP; i++) { // each byte of the words
            unpack(words[i / 4], 8 * (i % 4), rows, channels.get(i % 3).slot(column + i / 3));
        }
    }

    /** Extracts from each word the byte at bit {@code shift}. */
    abstract void unpack(int[] words, int shift, int rows, A column);

    /** Writes the three channels' sums as one column of pixels: the first at {@code from}, then each {@code stride} further. */
    abstract void store(A[] sums, int rows, A tile, int from, int stride);
}
