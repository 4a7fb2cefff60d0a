package io.vitrine.image.jpeg2000;

/** The inverse 9/7 wavelet transform, in single precision, with OpenJPEG's constants and order of operations. */
final class FloatWavelet {
    /** Columns that are transformed together, so that the inner loops run along rows. */
    private static final int COLUMNS = 16;

    private static final float ALPHA = -1.586134342f;
    private static final float BETA = -0.052980118f;
    private static final float GAMMA = 0.882911075f;
    private static final float DELTA = 0.443506852f;
    private static final float LOW_SCALE = 1.230174105f;
    private static final float HIGH_SCALE = 1.625732422f;

    private FloatWavelet() {}

    /** Turns the coefficients of a component into samples, in place. */
    static void invert(TileComponent component) {
        int stride = component.width();
        float[] samples = component.floats;
        int wide = Math.min(COLUMNS, component.width());
        float[] line = new float[Math.max(component.width(), wide * component.height())];
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
            float[] from, int start, int step, int columns, int lows, int length, int odd, float[] to) {
        for (int i = 0; i < length; i++) {
            int place = i < lows ? 2 * i + odd : 2 * (i - lows) + 1 - odd;
            int at = start + i * step;
            for (int k = 0; k < columns; k++) {
                to[place * columns + k] = from[at + k];
            }
        }
    }

    /**
     * Undoes scaling and all four lifting steps. A single sample stays as it is, as in OpenJPEG.
     *
     * @param odd 1 if the first place holds a high frequency
     */
    private static void lift(float[] line, int columns, int length, int odd) {
        if (length == 1) {
            return;
        }
        for (int i = 0; i < length; i++) {
            float scale = (i & 1) == odd ? LOW_SCALE : HIGH_SCALE;
            for (int k = i * columns; k < (i + 1) * columns; k++) {
                line[k] *= scale;
            }
        }
        step(line, columns, length, odd, -DELTA);
        step(line, columns, length, 1 - odd, -GAMMA);
        step(line, columns, length, odd, -BETA);
        step(line, columns, length, 1 - odd, -ALPHA);
    }

    /** Adds the sum of both neighbours, times {@code factor}, to every second place. */
    private static void step(float[] line, int columns, int length, int first, float factor) {
        for (int i = first; i < length; i += 2) {
            int before = (i == 0 ? 1 : i - 1) * columns;
            int after = (i == length - 1 ? i - 1 : i + 1) * columns;
            int at = i * columns;
            for (int k = 0; k < columns; k++) {
                line[at + k] += (line[before + k] + line[after + k]) * factor;
            }
        }
    }
}
