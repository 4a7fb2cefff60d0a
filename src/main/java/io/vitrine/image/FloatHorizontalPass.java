package io.vitrine.image;

/** As {@link HorizontalPass}, in 32-bit floats. Used by one thread; keeps its buffers. */
final class FloatHorizontalPass {
    private final float[] levels;
    private final PixelColumns pixels = new PixelColumns();
    private final FloatWindow[] channels = {new FloatWindow(), new FloatWindow(), new FloatWindow()};
    private float[][] sums = new float[3][0];
    private float[] tile = new float[0];
    /**
     * Makes one.
     *
     * @param levels what each level counts as
     */
    FloatHorizontalPass(float[] levels) {
        this.levels = levels;
    }

    /**
     * The rows of {@code image} resampled, each when it is read. Valid until the next call.
     *
     * @param from rows before this one are not needed
     * @param to nor are rows from this one on
     */
    FloatRows of(RgbImage image, int from, int to, FloatCoefficients c) {
        int slots = PixelColumns.slots(c.taps);
        int limit = PixelColumns.rowsAtATime(slots, c.out);
        int tiles = (to - from + limit - 1) / limit;
        int rows = (to - from + tiles - 1) / tiles;
        for (FloatWindow channel : channels) {
            channel.begin(slots, limit);
        }
        if (sums[0].length < rows) {
            sums = new float[3][rows];
        }
        if (tile.length < 3 * rows * c.out) {
            tile = new float[3 * rows * c.out];
        }
        return new Resampled(image, c, rows, to);
    }

    /** Rows through the tile. */
    private final class Resampled implements FloatRows {
        private final RgbImage image;
        private final FloatCoefficients c;
        private final int most;
        private final int to;
        private int first;
        private int next; // the tile holds rows from `first` to this

        Resampled(RgbImage image, FloatCoefficients c, int most, int to) {
            this.image = image;
            this.c = c;
            this.most = most;
            this.to = to;
        }

        @Override
        public void read(int y, float[] into) {
            if (y >= next) {
                first = y;
                next = Math.min(y + most, to);
                resample(image, first, next - first, c);
            }
            System.arraycopy(tile, (y - first) * 3 * c.out, into, 0, 3 * c.out);
        }
    }

    private void resample(RgbImage image, int y, int rows, FloatCoefficients c) {
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
            unpack(words[i / 4], 8 * (i % 4), rows, levels, channels[i % 3].slot(column + i / 3));
        }
    }

    private static void unpack(int[] words, int shift, int rows, float[] levels, float[] column) {
        for (int i = 0; i < rows; i++) {
            column[i] = levels[words[i] >>> shift & 0xff];
        }
    }

    private static void store(float[] a, float[] b, float[] c, int rows, float[] tile, int from, int stride) {
        for (int i = 0; i < rows; i++) {
            int at = from + i * stride;
            tile[at] = a[i];
            tile[at + 1] = b[i];
            tile[at + 2] = c[i];
        }
    }
}
