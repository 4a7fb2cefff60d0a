package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ModelFamily;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * Position embeddings for a given image size: the checkpoint's own table at the trained size, otherwise the table resampled
 * like {@code interpolate_pos_encoding} in transformers.
 *
 * <p>Resampling keeps the prefix tokens. It uses half-pixel centres ({@code align_corners=False}). The trained grid comes from
 * the config, so it may be rectangular; transformers resamples only square tables.
 */
final class PositionEmbeddings {
    private static final String NAME = "embeddings.position_embeddings";

    /** How a table is resampled. */
    enum Resampling {
        /** Cubic with a = -0.75, taps clamped to the border, no antialiasing. */
        BICUBIC,
        /** {@link AntialiasedCubic}: DINOv2 with registers is trained with this one. */
        ANTIALIASED_BICUBIC,
        /** Linear between the two nearest cells, no antialiasing. */
        LINEAR
    }

    private PositionEmbeddings() {}

    /**
     * The parameter (1, tokens, hidden) for images of size {@code image}.
     *
     * @param prefix number of tokens before the patches
     */
    static Parameter of(Checkpoint checkpoint, Size image, int prefix) {
        return of(checkpoint, image, prefix, NAME);
    }

    /**
     * The parameter (1, tokens, hidden) for images of size {@code image}.
     *
     * @param prefix number of tokens before the patches
     * @param name of the table, which is (1, tokens, hidden), or (tokens, hidden) if the name ends in {@code .weight}
     */
    static Parameter of(Checkpoint checkpoint, Size image, int prefix, String name) {
        int hidden = checkpoint.config().hiddenSize();
        Size trained = checkpoint.config().trainedGrid();
        int tokens = prefix + trained.height() * trained.width();
        Parameter.Weight table = name.endsWith(".weight")
                ? Parameter.weight(name, tokens, hidden).viewedAs(1, tokens, hidden)
                : Parameter.weight(name, 1, tokens, hidden);
        if (image.equals(checkpoint.config().imageSize())
                || checkpoint.weights().tensor(name).isEmpty()) { // the printer reports a missing table
            return table;
        }
        var stored = checkpoint.weights().tensor(name).orElseThrow();
        if (stored.elements() != (long) tokens * hidden) {
            return table; // the printer reports the wrong shape
        }
        Size grid = checkpoint.config().grid(image);
        Resampling resampling = checkpoint.config().family() == ModelFamily.DINOV2_WITH_REGISTERS
                ? Resampling.ANTIALIASED_BICUBIC
                : Resampling.BICUBIC;
        WeightChecks.requireFinite(List.of(stored)); // the graph holds values computed from it
        float[] values = resample(Weights.floats(stored), prefix, trained, grid, hidden, resampling);
        return new Parameter.Constant(
                "position_embeddings." + image, List.of(1, prefix + grid.height() * grid.width(), hidden), values);
    }

    /** Resamples a (prefix + from.height * from.width, width) table to (prefix + to.height * to.width, width). */
    static float[] resample(float[] table, int prefix, Size from, Size to, int width, Resampling resampling) {
        float[] out = new float[(prefix + to.height() * to.width()) * width];
        System.arraycopy(table, 0, out, 0, prefix * width);
        if (resampling == Resampling.ANTIALIASED_BICUBIC) {
            float[] patches = Arrays.copyOfRange(table, prefix * width, table.length);
            float[] resampled = AntialiasedCubic.resample(patches, from, to, width);
            System.arraycopy(resampled, 0, out, prefix * width, resampled.length);
            return out;
        }
        Taps[] rows = taps(from.height(), to.height(), resampling);
        Taps[] columns = taps(from.width(), to.width(), resampling);
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

    /** The source cells of one target row or column, and their weights. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Taps(int[] cells, double[] weights) {}

    private static Taps[] taps(int from, int to, Resampling resampling) {
        Taps[] taps = new Taps[to];
        for (int i = 0; i < to; i++) {
            taps[i] = resampling == Resampling.LINEAR ? linear(i, from, to) : bicubic(i, from, to);
        }
        return taps;
    }

    /** Four taps around (i + 0.5) from / to - 0.5, clamped to the border, a = -0.75. */
    private static Taps bicubic(int i, int from, int to) {
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

    private static Taps linear(int i, int from, int to) {
        double source = Math.max(0, (i + 0.5) * from / to - 0.5);
        int first = Math.min((int) source, from - 1);
        double second = Math.min(source - first, 1);
        return new Taps(new int[] {first, Math.min(first + 1, from - 1)}, new double[] {1 - second, second});
    }

    private static double cubic(double distance, double a) {
        double x = Math.abs(distance);
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    }
}
