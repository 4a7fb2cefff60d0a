package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ModelFamily;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * Position embeddings for the image size of a run: the checkpoint's own table at the trained size, else the table
 * resampled once, as {@code interpolate_pos_encoding} does.
 *
 * <p>Bicubic with a = -0.75, half-pixel centres (align_corners false), taps clamped to the border, no antialiasing; for
 * DINOv2 with registers antialiased with a = -0.5. The prefix tokens keep theirs. The reference can resample only square tables; this takes the trained grid from the config.
 */
final class PositionEmbeddings {
    private static final String NAME = "embeddings.position_embeddings";

    private PositionEmbeddings() {}

    static Parameter of(Checkpoint checkpoint, Size image, int prefix) {
        int hidden = checkpoint.config().hiddenSize();
        Size trained = checkpoint.config().trainedGrid();
        Parameter.Weight table = Parameter.Weight.of(NAME, 1, prefix + trained.height() * trained.width(), hidden);
        if (image.equals(checkpoint.config().imageSize())
                || checkpoint.weights().tensor(NAME).isEmpty()) { // absent: the printer reports it with the others
            return table;
        }
        var stored = checkpoint.weights().tensor(NAME).orElseThrow();
        if (stored.elements() != (long) (prefix + trained.height() * trained.width()) * hidden) {
            return table; // of the wrong shape: likewise
        }
        Size grid = checkpoint.config().grid(image);
        boolean smooth = checkpoint.config().family() == ModelFamily.DINOV2_WITH_REGISTERS;
        WeightChecks.requireFinite(List.of(stored)); // the graph will hold what is made of it
        float[] values = resample(Weights.floats(stored), prefix, trained, grid, hidden, smooth);
        return new Parameter.Constant(
                "position_embeddings." + image, List.of(1, prefix + grid.height() * grid.width(), hidden), values);
    }

    /**
     * Resamples a (prefix + from.height * from.width, width) table to {@code to}, rows and columns separately.
     *
     * @param smooth antialiased when shrinking, as the model with registers was trained
     */
    static float[] resample(float[] table, int prefix, Size from, Size to, int width, boolean smooth) {
        Taps[] rows = taps(from.height(), to.height(), smooth);
        Taps[] columns = taps(from.width(), to.width(), smooth);
        float[] out = new float[(prefix + to.height() * to.width()) * width];
        System.arraycopy(table, 0, out, 0, prefix * width);
        double[] sums = new double[width];
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                Arrays.fill(sums, 0);
                for (int j = 0; j < rows[y].weights.length; j++) {
                    for (int i = 0; i < columns[x].weights.length; i++) {
                        int cell = rows[y].cells[j] * from.width() + columns[x].cells[i];
                        double weight = rows[y].weights[j] * columns[x].weights[i];
                        for (int d = 0; d < width; d++) {
                            sums[d] += weight * table[(prefix + cell) * width + d];
                        }
                    }
                }
                for (int d = 0; d < width; d++) {
                    out[(prefix + y * to.width() + x) * width + d] = (float) sums[d];
                }
            }
        }
        return out;
    }

    /** What one row or column is made of. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Taps(int[] cells, double[] weights) {}

    private static Taps[] taps(int from, int to, boolean smooth) {
        Taps[] taps = new Taps[to];
        for (int i = 0; i < to; i++) {
            taps[i] = smooth ? antialiased(i, from, to) : plain(i, from, to);
        }
        return taps;
    }

    /** Four taps around (i + 0.5) from / to - 0.5, clamped to the border, a = -0.75. */
    private static Taps plain(int i, int from, int to) {
        double source = (i + 0.5) * from / to - 0.5;
        int first = (int) Math.floor(source) - 1;
        int[] cells = new int[4];
        double[] weights = new double[4];
        for (int k = 0; k < 4; k++) {
            cells[k] = Math.max(0, Math.min(from - 1, first + k));
            weights[k] = cubic(source - (first + k), -0.75);
        }
        return new Taps(cells, weights);
    }

    /** A cubic with a = -0.5, widened by the ratio when shrinking, cut at the border and normalised. */
    private static Taps antialiased(int i, int from, int to) {
        double ratio = (double) from / to;
        double stretch = Math.max(ratio, 1);
        double centre = ratio * (i + 0.5);
        int first = Math.max(0, (int) (centre - 2 * stretch + 0.5));
        int count = Math.min(from, (int) (centre + 2 * stretch + 0.5)) - first;
        int[] cells = new int[count];
        double[] weights = new double[count];
        double sum = 0;
        for (int k = 0; k < count; k++) {
            cells[k] = first + k;
            weights[k] = cubic((first + k - centre + 0.5) / stretch, -0.5);
            sum += weights[k];
        }
        for (int k = 0; k < count; k++) {
            weights[k] /= sum;
        }
        return new Taps(cells, weights);
    }

    private static double cubic(double distance, double a) {
        double x = Math.abs(distance);
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    }
}
