package io.vitrine.image.jpeg2000;

/** The inverse 5/3 wavelet transform, of integers. */
final class IntegerWavelet {
    /** Columns that are transformed together, so that the inner loops run along rows. */
    private static final int COLUMNS = 16;

    private IntegerWavelet() {}

    /** Turns the coefficients of a component into samples, in place. */
    static void invert(TileComponent component) {
        int stride = component.width();
        int[] samples = component.integers;
        int wide = Math.min(COLUMNS, component.width());
        int[] line = new int[Math.max(component.width(), wide * component.height())];
        for (int i = 1; i < component.resolutions.length; i++) {
            Area low = component.resolutions[i - 1].area;
            Area area = component.resolutions[i].area;
            for (int y = 0; y < area.height(); y++) {
                interleave(samples, y * stride, 1, 1, low.width(), area.width(), area.left() & 1, line);
                lift(line, 1, area.width(), area.left() & 1);
                System.arraycopy(line, 0, samples, y * stride, area.width());
            }
            for (int x = 0; x < area.width(); x += COLUMNS) {
                int columns = Math.min(COLUMNS, area.width() - x);
                interleave(samples, x, stride, columns, low.height(), area.height(), area.top() & 1, line);
                lift(line, columns, area.height(), area.top() & 1);
                for (int y = 0; y < area.height(); y++) {
                    System.arraycopy(line, y * columns, samples, y * stride + x, columns);
                }
            }
        }
    }

    /** Copies low frequencies, which come first, to every second place from {@code odd} on, and high ones between them. */
    private static void interleave(
            int[] from, int start, int step, int columns, int lows, int length, int odd, int[] to) {
        for (int i = 0; i < length; i++) {
            int place = i < lows ? 2 * i + odd : 2 * (i - lows) + 1 - odd;
            int at = start + i * step;
            for (int k = 0; k < columns; k++) {
                to[place * columns + k] = from[at + k];
            }
        }
    }

    /**
     * Undoes both lifting steps.
     *
     * @param odd 1 if the first place holds a high frequency
     */
    private static void lift(int[] line, int columns, int length, int odd) {
        if (length == 1) {
            for (int k = 0; odd == 1 && k < columns; k++) {
                line[k] /= 2;
            }
            return;
        }
        for (int i = odd; i < length; i += 2) {
            int before = (i == 0 ? 1 : i - 1) * columns;
            int after = (i == length - 1 ? i - 1 : i + 1) * columns;
            int at = i * columns;
            for (int k = 0; k < columns; k++) {
                line[at + k] -= line[before + k] + line[after + k] + 2 >> 2;
            }
        }
        for (int i = 1 - odd; i < length; i += 2) {
            int before = (i == 0 ? 1 : i - 1) * columns;
            int after = (i == length - 1 ? i - 1 : i + 1) * columns;
            int at = i * columns;
            for (int k = 0; k < columns; k++) {
                line[at + k] += line[before + k] + line[after + k] >> 1;
            }
        }
    }
}
