package io.vitrine.image;

/**
 * The pass along rows, for many rows at a time: their columns become arrays, one for each channel, whose weighted sums are the
 * columns of the result. Used by one thread; keeps its buffers.
 */
final class HorizontalPass {
    private final PixelColumns pixels = new PixelColumns();
    private final Window[] channels = {new Window(), new Window(), new Window()};
    private int[][] sums = new int[3][0];
    private int[] tile = new int[0];

    /**
     * The rows of {@code image} resampled, each when it is read. Valid until the next call.
     *
     * @param from rows before this one are not needed
     * @param to nor are rows from this one on
     */
    Rows of(RgbImage image, int from, int to, Coefficients c) {
        int slots = PixelColumns.slots(c.taps);
        int limit = PixelColumns.rowsAtATime(slots, c.out);
        int tiles = (to - from + limit - 1) / limit;
        int rows = (to - from + tiles - 1) / tiles;
        for (Window channel : channels) {
            channel.begin(slots, limit);
        }
        if (sums[0].length < rows) {
            sums = new int[3][rows];
        }
        if (tile.length < 3 * rows * c.out) {
            tile = new int[3 * rows * c.out];
        }
        return new Resampled(image, c, rows, to);
    }

    /** Rows through the tile. */
    private final class Resampled implements Rows {
        private final RgbImage image;
        private final Coefficients c;
        private final int most;
        private final int to;
        private int first;
        private int next; // the tile holds rows from `first` to this

        Resampled(RgbImage image, Coefficients c, int most, int to) {
            this.image = image;
            this.c = c;
            this.most = most;
            this.to = to;
        }

        @Override
        public void read(int y, int[] into) {
            if (y >= next) {
                first = y;
                next = Math.min(y + most, to);
                resample(image, first, next - first, c);
            }
            System.arraycopy(tile, (y - first) * 3 * c.out, into, 0, 3 * c.out);
        }
    }

    private void resample(RgbImage image, int y, int rows, Coefficients c) {
        pixels.begin(y, rows);
        int read = c.first[0]; // columns up to here are in the windows
        for (int x = 0; x < c.out; x++) {
            for (int end = c.first[x] + c.count[x]; read < end; read += PixelColumns.GROUP) {
                spread(pixels.read(image, read), rows, read);
            }
            for (int channel = 0; channel < 3; channel++) {
                channels[channel].sum(c, x, sums[channel], rows);
            }
            store(sums[0], sums[1], sums[2], rows, tile, 3 * x, 3 * c.out);
        }
    }

    private void spread(int[][] words, int rows, int column) {
        for (int i = 0; i < 3 * PixelColumns.GROUP; i++) { // byte by byte
            unpack(words[i / 4], 8 * (i % 4), rows, channels[i % 3].slot(column + i / 3));
        }
    }

    private static void unpack(int[] words, int shift, int rows, int[] column) {
        for (int i = 0; i < rows; i++) {
            column[i] = words[i] >>> shift & 0xff;
        }
    }

    private static void store(int[] a, int[] b, int[] c, int rows, int[] tile, int from, int stride) {
        for (int i = 0; i < rows; i++) {
            int at = from + i * stride;
            tile[at] = a[i];
            tile[at + 1] = b[i];
            tile[at + 2] = c[i];
        }
    }
}
