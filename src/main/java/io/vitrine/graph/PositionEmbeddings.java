package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Weights;
import java.util.List;

/**
 * Position embeddings for the image size of a run: the checkpoint's own table at the trained size, else the table
 * resampled once, as {@code interpolate_pos_encoding} does.
 *
 * <p>Bicubic with a = -0.75, half-pixel centres (align_corners false), taps clamped to the border, no antialiasing. The
 * prefix tokens keep theirs. The reference can resample only square tables; this takes the trained grid from the config.
 */
final class PositionEmbeddings {
    private static final String NAME = "embeddings.position_embeddings";
    private static final double A = -0.75;

    private PositionEmbeddings() {}

    static Parameter of(Checkpoint checkpoint, Size image, int prefix) {
        int hidden = checkpoint.config().hiddenSize();
        Size trained = checkpoint.config().trainedGrid();
        Parameter.Weight table = Parameter.Weight.of(NAME, 1, prefix + trained.height() * trained.width(), hidden);
        if (image.equals(checkpoint.config().imageSize())
                || checkpoint.weights().find(NAME).isEmpty()) { // absent: the printer reports it with the others
            return table;
        }
        var stored = checkpoint.weights().find(NAME).orElseThrow();
        if (stored.elements() != (long) (prefix + trained.height() * trained.width()) * hidden) {
            return table; // of the wrong shape: likewise
        }
        Size grid = checkpoint.config().grid(image);
        float[] values = resample(Weights.floats(stored), prefix, trained, grid, hidden);
        return new Parameter.Constant(
                "position_embeddings." + image, List.of(1, prefix + grid.height() * grid.width(), hidden), values);
    }

    /** Resamples a (prefix + from.height * from.width, width) table to {@code to}. */
    static float[] resample(float[] table, int prefix, Size from, Size to, int width) {
        float[] out = new float[(prefix + to.height() * to.width()) * width];
        System.arraycopy(table, 0, out, 0, prefix * width);
        for (int y = 0; y < to.height(); y++) {
            double[] wy = weights(y, from.height(), to.height());
            int y0 = floor(y, from.height(), to.height());
            for (int x = 0; x < to.width(); x++) {
                double[] wx = weights(x, from.width(), to.width());
                int x0 = floor(x, from.width(), to.width());
                int target = (prefix + y * to.width() + x) * width;
                for (int d = 0; d < width; d++) {
                    double sum = 0;
                    for (int j = 0; j < 4; j++) {
                        int row = clamp(y0 - 1 + j, from.height());
                        double line = 0;
                        for (int i = 0; i < 4; i++) {
                            int column = clamp(x0 - 1 + i, from.width());
                            line += wx[i] * table[(prefix + row * from.width() + column) * width + d];
                        }
                        sum += wy[j] * line;
                    }
                    out[target + d] = (float) sum;
                }
            }
        }
        return out;
    }

    private static double source(int i, int from, int to) {
        return (i + 0.5) * from / to - 0.5;
    }

    private static int floor(int i, int from, int to) {
        return (int) Math.floor(source(i, from, to));
    }

    private static double[] weights(int i, int from, int to) {
        double t = source(i, from, to) - floor(i, from, to);
        return new double[] {outer(t + 1), inner(t), inner(1 - t), outer(2 - t)};
    }

    private static double inner(double x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    private static double outer(double x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }

    private static int clamp(int i, int size) {
        return Math.max(0, Math.min(size - 1, i));
    }
}
